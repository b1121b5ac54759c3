"""A read report as a study of a case: its findings as observations, in the case's own vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from typing import Any

from foramen.anatomy import LEVELS, VERTEBRAE
from foramen.case import Case, Observation, Study
from foramen.records.reports.result import SAID_BETTER, ReadReport, ReportFinding

Place = tuple[str, str | None, str | None]
STUDY = "report"
UNSTATED = "unstated"
_ZONE_FINDING = {
    "foraminal": "img_herniation_foraminal",
    "extraforaminal": "img_herniation_foraminal",
    "central": "img_herniation_central",
    "subarticular": "img_herniation_subarticular",
}
FREE = "sequestered"


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, Any]]:
    import yaml

    text = (resources.files("foramen.records.reports") / "rules" / "to_case.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


# what must not be lost: counted as present although a report is not sure, or although the place is none of the model's
OF_A_DISC = ("infection", "disc_infection_signs")
DANGEROUS = (
    "tumour", "infection", "vertebral_fracture", "cord_compression", "thecal_sac_compression", "disc_infection_signs",
    "epidural_collection", "psoas_collection", "epidural_haematoma", "intradural_mass", "canal_mass",
    "psoas_haematoma", "multiple_bone_lesions",
)  # fmt: skip


def left_out(findings: Sequence[ReportFinding]) -> list[str]:
    """What a report says that does not reach the case, or reaches it otherwise than said; each in a sentence."""
    out = []
    said, findings = findings, _exact(findings)
    out += [
        f"the report denies infection, left out: {f.text}"
        for f in said
        if f.type == "disc_infection_signs" and f.span not in {o.span for o in findings}
    ]
    entered = {f.span for f in findings if f.type in _table()}
    for f in findings:
        place = " ".join(x for x in (f.side, f.level) if x)
        what = f"{f.type.replace('_', ' ')}{' at ' + place if place else ''}"
        if f.certainty == "uncertain":
            counted = "counted as present for safety" if f.type in DANGEROUS else "left out"
            out.append(f"uncertain in the report, {counted}; please confirm: {what}")
        elif f.present and f.type not in (*_table(), "conus_level") and f.span not in entered:
            out.append(f"no finding of the model: {what}")
        elif f.type in _table() and f.level is not None and not _beyond(f) and (lost := _lost_place(f)):
            why = (
                "outside the lumbar levels"
                if f.level not in (*LEVELS, *VERTEBRAE)
                else "the model places this otherwise"
            )
            out.append(f"{why}, {lost}: {'no ' * (not f.present)}{what}")
    return list(dict.fromkeys(out))


def _lost_place(f: ReportFinding) -> str:
    """What became of a finding whose level the model does not take up as such; empty where it is taken up."""
    entered = list(_observations(f, _table()[f.type], STUDY))
    if not entered:
        return "left out" if f.present else ""  # what is denied outside the model's places says nothing to it
    return "entered without its place" if any(UNSTATED in (o.level, o.vertebra) for o in entered) else ""


def _beyond(f: ReportFinding) -> str | None:
    """The finding of its own for what lies above L1 or in the sacrum, where there is one."""
    row, level = _table().get(f.type, {}), f.level or ""
    if level.startswith(("C", "T")):
        return row.get("above")
    if level.startswith("S") or (not level and "sacr" in f.text.lower()):
        return row.get("sacral")
    return None


def with_report(case: Case, read: ReadReport, *, study: str = STUDY) -> Case:
    """The case with the report's study and findings added.

    What the case states itself about a finding at a place is kept. A negation without a level ("no disc
    herniation") counts only where the report affirms none anywhere.
    """
    if not any(f.type in _table() for f in (*read.findings, *read.also)) and not read.findings:
        return case
    names = {s.id for s in case.studies}
    while study in names:
        study += "_2"
    told = {(o.finding, o.level, o.side, o.vertebra) for o in case.observations}
    new = [
        o
        for o in observations((*read.findings, *read.also), study)
        if (o.finding, o.level, o.side, o.vertebra) not in told
    ]
    # a study of the sacroiliac joints alone is silent about the lumbar levels for another reason
    told_of = {f.type for f in (*read.findings, *read.also) if f.type in _table()}
    region = "pelvis" if told_of == {"sacroiliitis"} else "lumbar"
    imaging = Study(study, modality=read.modality or "mri", region=region, complete=read.complete)
    return replace(case, studies=(*case.studies, imaging), observations=(*case.observations, *new))


def observations(findings: Sequence[ReportFinding], study: str) -> list[Observation]:
    """Observations of a case; types and places that the model does not know are left out."""
    findings = _exact(findings)
    places = {
        (str(_table()[f.type].get("finding", "herniation")), f.level, f.side)
        for f in findings
        if f.present and f.type in _table()
    }
    affirmed = {name for name, _, _ in places}
    out: dict[tuple[Any, ...], Observation] = {}
    for f in findings:
        row = _table().get(f.type)
        if row is None or (f.certainty == "uncertain" and f.type not in DANGEROUS):
            continue
        name = row.get("finding", "herniation")
        nowhere = f.level is None or (row.get("site") == "vertebra" and not _placed(f))
        if not f.present and ((nowhere and name in affirmed) or _affirmed_there(f, name, row, places)):
            continue  # denied in general, or where it is affirmed, too
        for o in _observations(f, row, study):
            key = (o.finding, o.level, o.side, o.vertebra)
            if key not in out or _says_more(o, out[key]):
                out[key] = o
    return [one for o in out.values() if (one := _other_side(o, out)) is not None]


def _placed(f: ReportFinding) -> bool:
    """Whether a vertebra is told; a denial under the heading of a disc ("L5/S1: ... No fracture.") holds in general."""
    return f.level in VERTEBRAE or _beyond(f) is not None


def _other_side(o: Observation, told: Mapping[tuple[Any, ...], Observation]) -> Observation | None:
    """What is said of both sides counts for the side of which nothing is said by itself."""
    if o.side != "bilateral":
        return o
    rest = [side for side in ("left", "right") if (o.finding, o.level, side, o.vertebra) not in told]
    return o if len(rest) == 2 else replace(o, side=rest[0]) if rest else None


def _exact(findings: Sequence[ReportFinding]) -> list[ReportFinding]:
    """The findings without those that another one says better of the same words.

    An infection of two neighbouring vertebrae, told in the same words, is one of the disc between them.
    """
    better = {(f.span, name) for f in findings for name, types in SAID_BETTER.items() if f.type in types}
    sick = {f.present for f in findings if f.type == "infection" and (f.span, f.type) not in better}
    signs = sick != {False}  # eroded endplates are no infection where the report says so
    findings = [f for f in findings if (f.span, f.type) not in better and (signs or f.type != "disc_infection_signs")]
    told = {(f.type, f.span, f.level) for f in findings if f.present}
    out = []
    for f in findings:
        own = f.type in OF_A_DISC and f.level in VERTEBRAE
        discs = [
            d
            for d in LEVELS
            if own and f.level in (ends := d.split("-")) and all((f.type, f.span, e) in told for e in ends)
        ]
        out.append(replace(f, level=discs[0]) if discs else f)
    return out


def _affirmed_there(f: ReportFinding, name: str, row: Mapping[str, Any], places: set[Place]) -> bool:
    """Whether it is affirmed at the level where it is denied, save where each is said of one side."""
    sides = {side for other, level, side in places if (other, level) == (name, f.level)}
    sided = row.get("site") == "level_side" or "herniation" in row
    return bool(sides) and not (
        sided and {f.side, *sides} == {"left", "right"} and len(sides) == 1 and f.side not in sides
    )


def _says_more(new: Observation, old: Observation) -> bool:
    vague = ("abnormal", "present")
    if new.state == FREE:  # read as an extrusion, and more than one: some treatments are barred by it
        return old.state != FREE
    return old.state in (*vague, "absent") and new.state not in (*vague, "absent")


def _observations(f: ReportFinding, row: Mapping[str, Any], study: str) -> Iterator[Observation]:
    if "herniation" in row:
        yield from _herniation(f, row["herniation"], study)
        return
    name, site = str(row["finding"]), str(row["site"])
    imaging = study if name.startswith("img_") else None
    old = False if f.certainty == "historical" else None
    base = Observation(name, _state(f, row), study=imaging, new=old, text=f.text)
    if beyond := _beyond(f):
        yield replace(base, finding=beyond, state="present" if f.present else "absent")
    elif site == "none" and "one_side" in row and f.side in ("left", "right"):
        yield replace(base, finding=str(row["one_side"]), state="one_side" if f.present else "absent")
    elif site == "none":
        yield base
    elif site == "side":
        yield replace(base, side=f.side or (UNSTATED if f.present else "bilateral"))
    elif site == "vertebra":
        if f.level in VERTEBRAE or _may_be_anywhere(f):
            yield replace(base, vertebra=f.level if f.level in VERTEBRAE else UNSTATED)
    else:
        level = _below(f.level) if row.get("of_vertebra") == "below" else f.level
        if level in LEVELS or _may_be_anywhere(f):
            side = (f.side if f.side != "central" else None) or (UNSTATED if f.present else "bilateral")
            yield replace(
                base, level=level if level in LEVELS else UNSTATED, side=side if site == "level_side" else None
            )


def _may_be_anywhere(f: ReportFinding) -> bool:
    """Whether a finding is entered without its place: none is said, or one of the lumbar spine that leaves open which.

    A denial counts for the place that it names alone. Outside the lumbar spine only danger is entered.
    """
    return f.level is None or f.type in DANGEROUS or (f.present and f.level in (*LEVELS, *VERTEBRAE))


def _below(place: str | None) -> str | None:
    """The level below a vertebra; a level stays as it is."""
    return next((level for level in LEVELS if level.partition("-")[0] == place), place)


def _herniation(f: ReportFinding, state: str, study: str) -> Iterator[Observation]:
    if f.level is not None and f.level not in LEVELS:
        return
    level = f.level or UNSTATED
    if not f.present:
        if state == "abnormal" or state == "protrusion":
            denied = f.side if f.side in ("left", "right") else "bilateral"
            yield Observation("img_herniation", "absent", level=level, side=denied, study=study, text=f.text)
        return
    zone = f.zone or ("central" if f.side == "central" else None)
    if zone == "central" and f.side in ("left", "right"):
        zone = "subarticular"
    name = _ZONE_FINDING.get(zone or "", "img_herniation")
    side = (
        None if name == "img_herniation_central" else f.side if f.side in ("left", "right", "bilateral") else UNSTATED
    )
    yield Observation(name, state, level=level, side=side, study=study, text=f.text)


def _state(f: ReportFinding, row: Mapping[str, Any]) -> str:
    if not f.present:
        return "absent"
    if row.get("slip") and f.grade:
        return "grade1" if f.grade == "1" else "grade2_or_more"
    if row.get("fracture"):
        return "burst" if "burst" in f.text.lower() else "abnormal"
    if row.get("graded") and f.severity in ("mild", "severe"):
        return str(f.severity)
    return str(row.get("state", "abnormal"))
