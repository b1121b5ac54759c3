"""From the plain content of the data files to typed knowledge; every fault names its file and key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foramen.anatomy import AGE_BANDS, CAUDA_STATES, LESION_SIDES, LEVELS, ROOT_STATES, SETTINGS, ZONES
from foramen.errors import KnowledgeError
from foramen.knowledge.files import Files
from foramen.knowledge.numbers import Figure, Number, parse_number
from foramen.knowledge.parse_findings import (
    parse_clusters,
    parse_composites,
    parse_expression,
    parse_finding,
    parse_restated,
    parse_sagittal,
    parse_search_words,
    parse_untold,
)
from foramen.knowledge.patient_words import parse_patient
from foramen.knowledge.plan_parse import PlanReader, parse_plan
from foramen.knowledge.schema import (
    ByAge,
    Cause,
    Finding,
    Form,
    Knowledge,
    OneSide,
    RedFlagRule,
    RootPattern,
    RootSigns,
    Setting,
    Source,
    Structure,
)

CAUDA = "anatomy/cauda_equina.yaml"
WORDS = ("mechanism", "onset", "course", "provoking", "relieving")


class Reader:
    """Hands out numbers and remembers them, so that every one of the knowledge is known by place."""

    def __init__(self, figures: Mapping[str, Figure], checked: bool = False) -> None:
        self.figures, self.checked = figures, checked
        self.numbers: list[Number] = []

    def number(self, raw: Any, where: str, *, weight: bool = False) -> Number:
        number = parse_number(raw, where, self.figures, weight=weight, checked=self.checked)
        self.numbers.append(number)
        return number

    def by_age(self, raw: Any, where: str, *, weight: bool = False) -> ByAge:
        if isinstance(raw, Mapping) and "by_age" in raw:
            raw = raw["by_age"]
        if isinstance(raw, Mapping) and set(raw) & set(AGE_BANDS):
            if missing := set(AGE_BANDS) - set(raw):
                raise KnowledgeError(f"{where}: age bands missing: {', '.join(sorted(missing))}")
            return tuple(self.number(raw[band], f"{where}/{band}", weight=weight) for band in AGE_BANDS)
        return (self.number(raw, where, weight=weight),) * len(AGE_BANDS)

    def table(self, raw: Any, where: str) -> dict[str, Number]:
        return {str(key): self.number(value, f"{where}/{key}") for key, value in (raw or {}).items()}


def parse_knowledge(raw: Mapping[str, Any], version: str, *, checked: bool = False) -> Knowledge:
    """Parse all files. Raises ``KnowledgeError`` at the first fault.

    ``checked``: this very content was parsed before, so formulas need not be computed again.
    """
    files = raw if isinstance(raw, Files) else Files(raw)
    with files.told():
        return _parse(files, version, checked)


def _parse(files: Files, version: str, checked: bool) -> Knowledge:
    figures, sources = _sources(files)
    reader = Reader(figures, checked)
    causes = {c.id: c for name, body in files.under("causes/") for c in [_cause(body, name, reader)]}
    groups = {"@" + group for cause in causes.values() for group in cause.groups}
    findings = {}
    for name, body in files.under("findings/"):
        if name.count("/") < 2:
            continue
        finding = parse_finding(body, name, reader, set(causes), groups)
        findings[finding.id] = finding
    roots = {body["id"]: _root(body, name, reader) for name, body in files.under("anatomy/roots/")}
    cauda = {s: reader.table(files[CAUDA].get(s), f"{CAUDA}/{s}") for s in CAUDA_STATES[1:]}
    settings = {
        key: Setting(
            reader.number(body["ages"], f"settings.yaml/{key}/ages"),
            reader.number(body["female"], f"settings.yaml/{key}/female"),
            reader.number(body["unstated"], f"settings.yaml/{key}/unstated"),
        )
        for key, body in files["settings.yaml"].items()
    }
    red_flags = {body["id"]: _rule(body, name) for name, body in files.under("red_flags/")}
    composites = parse_composites(files["findings/composites.yaml"], findings)
    knowledge = Knowledge(
        version=version,
        causes=causes,
        findings=findings,
        composites=composites,
        clusters=parse_clusters(files["findings/clusters.yaml"], reader, findings),
        scored=_scored(findings),
        one_side=tuple(
            OneSide(row["id"], tuple(row["prefixes"]), reader.number(row, f"findings/one_side.yaml/{row['id']}"))
            for row in files["findings/one_side.yaml"]
        ),
        untold=parse_untold(files["findings/untold.yaml"]["findings"], reader, findings),
        account=_account(files["findings/untold.yaml"], reader),
        restated=parse_restated(files["findings/restated.yaml"], reader, findings),
        sagittal=parse_sagittal(files.get("findings/sagittal_profile.yaml"), reader, findings, sources),
        roots=roots,
        cauda=cauda,
        cauda_lead=reader.table(files[CAUDA].get("replaces"), f"{CAUDA}/replaces"),
        cauda_by_setting={
            setting: reader.number(row, f"{CAUDA}/by_setting/{setting}", weight=True)
            for setting, row in files[CAUDA]["by_setting"].items()
        },
        cauda_root_loss={
            state: reader.number(row, f"{CAUDA}/root_loss/{state}", weight=True)
            for state, row in (files[CAUDA].get("root_loss") or {}).items()
        },
        structure=_structure(files["anatomy/structure.yaml"], reader),
        settings=settings,
        expression=parse_expression(files["anatomy/expression.yaml"], findings, causes.keys() | groups),
        red_flags=red_flags,
        thresholds=files.get("triage_thresholds.yaml") or {},
        sources=sources,
        figures=figures,
        plan=parse_plan(files, PlanReader(figures, causes, findings, red_flags, composites)),
        patient=parse_patient(files.get("interview/patient.yaml"), findings),
        numbers=tuple(reader.numbers),
        search_words=parse_search_words(files.get("findings/search_words.yaml") or {}, {*findings, *composites}),
    )
    files.reading = ""  # what is wrong from here on lies between files
    _check_references(knowledge)
    return knowledge


def _account(body: Mapping[str, Any], reader: Reader) -> tuple[Number, Number, Number]:
    few, full, examination = (
        reader.number(body[key], f"findings/untold.yaml/{key}", weight=True) for key in ("few", "full", "examination")
    )
    return few, full, examination


def _sources(files: Files) -> tuple[dict[str, Figure], dict[str, Source]]:
    figures: dict[str, Figure] = {}
    sources: dict[str, Source] = {}
    for name, body in files.under("sources/"):
        for row in body.get("figures", []):
            text = "; ".join(str(row[k]) for k in ("finding", "condition", "population") if k in row)
            ci = tuple(row["ci"]) if "ci" in row else None
            if row["id"] in figures:
                raise KnowledgeError(f"{name}: figure {row['id']} stands in two sources")
            if not isinstance(row.get("counts", ""), str):
                raise KnowledgeError(f"{name}: counts of figure {row['id']} are text, such as 10/146")
            figures[row["id"]] = Figure(
                row["id"], body["id"], row["quantity"], row.get("value"), ci,
                row.get("n"), row.get("counts", ""), bool(row["read"]), text,
            )  # fmt: skip
        ids = tuple(row["id"] for row in body.get("figures", []))
        sources[body["id"]] = Source(
            body["id"], body["citation"], body.get("year"), tuple(body.get("identifiers", ())), ids
        )
    return figures, sources


def _scored(findings: Mapping[str, Finding]) -> dict[str, Finding]:
    """The finding that each score states. Raises ``KnowledgeError`` where two say the same."""
    pairs = [(score, finding) for finding in findings.values() for score in finding.score]
    found = dict(pairs)
    if len(found) < len(pairs):
        raise KnowledgeError(f"findings: two of {', '.join(f.id for _, f in pairs)} have the same score")
    return found


def _cause(body: Mapping[str, Any], name: str, reader: Reader) -> Cause:
    try:
        place = str(body["place"])
        levels = body.get("root") if place == "root_side" else body.get("level")
        return Cause(
            id=str(body["id"]),
            name=str(body["name"]),
            plain=str(body.get("plain", body["name"])),
            icd10cm=tuple(body.get("icd10cm", ())),
            groups=tuple(body.get("groups", ())),
            words={key: str(body.get(key, "")) for key in WORDS},
            serious=str(body.get("serious", "none")),
            share={s: reader.by_age(body["share"][s], f"{name}/share/{s}", weight=True) for s in SETTINGS},
            female=reader.number(body["female"], f"{name}/female"),
            place=place,
            level=_levels(levels, f"{name}/level", reader) if levels else {},
            forms=tuple(_form(form, f"{name}/forms/{i}", reader) for i, form in enumerate(body["forms"])),
            left=reader.number(body["left"], f"{name}/left") if "left" in body else None,
            roots={
                zone: tuple(_pattern(row, f"{name}/roots/{zone}/{i}", reader) for i, row in enumerate(rows))
                for zone, rows in (body.get("roots") or {}).items()
            },
            root_state={
                setting: _triple(table, f"{name}/root_state/{setting}", reader)
                for setting, table in (body.get("root_state") or {}).items()
            },
            roots_none_by_setting={
                setting: reader.number(raw, f"{name}/roots_none_by_setting/{setting}", weight=True)
                for setting, raw in (body.get("roots_none_by_setting") or {}).items()
            },
            companions=tuple(body.get("companions") or ()),
            community_prevalence=reader.by_age(body["community_prevalence"], f"{name}/community_prevalence")
            if "community_prevalence" in body
            else None,
            two_level=reader.number(body["two_level"], f"{name}/two_level") if "two_level" in body else None,
            expresses=tuple(body.get("expresses") or ()),
            central_refers=bool(body.get("central_refers", True)),
            root_sign_factor=_sign_factors(body.get("root_sign_factor"), f"{name}/root_sign_factor", reader),
        )
    except KeyError as error:
        raise KnowledgeError(f"{name}: key {error} is missing") from None
    except (TypeError, AttributeError) as error:
        raise KnowledgeError(f"{name}: not of the documented form ({error})") from None


def _sign_factors(raw: Any, where: str, reader: Reader) -> dict[str, Number]:
    """Factors by finding, written as a list of {findings: [...], p: ..., provenance}."""
    out: dict[str, Number] = {}
    for i, row in enumerate(raw or []):
        number = reader.number(row, f"{where}/{i}")
        out |= {str(finding): number for finding in row["findings"]}
    return out


def _triple(table: Mapping[str, Any], where: str, reader: Reader) -> dict[str, Number]:
    """Irritated, conduction loss, both: each with its own provenance, or three plain shares under one.

    One provenance speaks of the share that has lost conduction; each share is then spread about as widely.
    """
    shares = {state: table[state] for state in ROOT_STATES[1:]}
    if all(isinstance(share, Mapping) for share in shares.values()):
        return {state: reader.number(share, f"{where}/{state}") for state, share in shares.items()}
    if abs(sum(shares.values()) - 1) > 1e-6 or "assumption" not in table:
        raise KnowledgeError(f"{where}: three shares that sum to 1 and their assumption are needed")
    half = (table["range"][1] - table["range"][0]) / 2
    return {
        state: reader.number(
            {"p": p, "range": [max(p - half, p / 3), min(p + half, 1.0)], "assumption": table["assumption"]},
            f"{where}/{state}",
        )
        for state, p in shares.items()
    }


def _levels(raw: Any, where: str, reader: Reader) -> dict[str, ByAge]:
    """Level shares as level -> number by age; a file gives one list for all ages or one per band."""
    bands = raw.get("by_age", raw)
    per_band = [bands[band] for band in AGE_BANDS] if AGE_BANDS[0] in bands else [bands] * len(AGE_BANDS)
    names = list(per_band[0]["p"])
    numbers: dict[str, list[Number]] = {name: [] for name in names}
    for index, band in enumerate(per_band):
        if index and band is per_band[0]:
            for name in names:
                numbers[name].append(numbers[name][0])
            continue
        for name in names:
            p = float(band["p"].get(name, 0.0))
            spread = [p * 0.5, min(1.0, p * 1.6 + 0.01)]
            text = band.get("assumption") or band.get("why") or band.get("derived") or band.get("figure") or ""
            # level shares are normalised over levels: each is spread by its own band of half to 1.6 times
            entry = {"p": p, "range": spread, "assumption": str(text)}
            numbers[name].append(reader.number(entry, f"{where}/{name}"))
    return {name: tuple(values) for name, values in numbers.items()}


def _form(body: Mapping[str, Any], where: str, reader: Reader) -> Form:
    zone, side = str(body["zone"]), str(body["side"])
    if zone not in ZONES or side not in ("unilateral", *LESION_SIDES[2:]):
        raise KnowledgeError(f"{where}: zone {zone!r} or side {side!r} is not known")
    level = _levels(body["level"], f"{where}/level", reader) if "level" in body else {}
    return Form(zone, side, reader.number(body, where), level)


def _pattern(body: Mapping[str, Any], where: str, reader: Reader) -> RootPattern:
    roots = body.get("roots", "none")
    tokens = () if roots in ("none", None, []) else tuple(str(t) for t in roots)
    return RootPattern(tokens, str(body.get("cauda", "unaffected")), reader.number(body, where))


def _root(body: Mapping[str, Any], name: str, reader: Reader) -> RootSigns:
    words = {k: str(body[k]) for k in ("name", "dermatome", "myotome", "reflex", "tension_test") if k in body}
    return RootSigns(
        body["id"],
        reader.table(body["irritated"], f"{name}/irritated"),
        reader.table(body["conduction_loss"], f"{name}/conduction_loss"),
        words,
    )


def _structure(body: Mapping[str, Any], reader: Reader) -> Structure:
    where = "anatomy/structure.yaml"
    given = {}
    for level in LEVELS:
        rows = body["structure_given_degeneration"][level]
        none, mild, severe = (
            reader.number(rows[k], f"{where}/structure_given_degeneration/{level}/{k}")
            for k in ("none", "mild", "severe")
        )
        given[level] = (none, mild, severe)
    return Structure(
        reader.by_age(body["degeneration_given_age"], f"{where}/degeneration_given_age"),
        given,
        reader.table(body["structure_given_lesion"], f"{where}/structure_given_lesion"),
        reader.number(body["numbering_shift"], f"{where}/numbering_shift"),
    )


def _rule(body: Mapping[str, Any], name: str) -> RedFlagRule:
    try:
        return RedFlagRule(
            body["id"], body["name"], body["why"], body["urgency"], str(body["within"]), body["refer_to"],
            body["when"], tuple(body.get("ask", ())), body.get("meanwhile", ""), body.get("tell", ""),
            tuple(body.get("sources", ())), tuple(body.get("causes", ())),
            tuple(body.get("speaks_for", ())),
        )  # fmt: skip
    except KeyError as error:
        raise KnowledgeError(f"{name}: key {error} is missing") from None


def _check_references(knowledge: Knowledge) -> None:
    known = set(knowledge.findings)
    for root in knowledge.roots.values():
        for finding in [*root.irritated, *root.conduction_loss]:
            if finding not in known or knowledge.findings[finding].site != "side":
                raise KnowledgeError(f"anatomy/roots/{root.id}.yaml: {finding} is no finding with a side")
    for known_finding in knowledge.findings.values():
        if unknown := set(known_finding.supposes) - known - set(knowledge.composites):
            raise KnowledgeError(f"findings/{known_finding.id}.yaml: supposes unknown findings {sorted(unknown)}")
    for state, table in knowledge.cauda.items():
        if unknown := set(table) - known:
            raise KnowledgeError(f"anatomy/cauda_equina.yaml/{state}: unknown findings {sorted(unknown)}")
    for rule in knowledge.red_flags.values():
        if unknown := set(rule.speaks_for) - set(knowledge.red_flags):
            raise KnowledgeError(f"red_flags/{rule.id}.yaml: speaks for unknown rules {sorted(unknown)}")
    for cause in knowledge.causes.values():
        if unknown := {c for c in cause.companions if c not in knowledge.causes}:
            raise KnowledgeError(f"causes/{cause.id}.yaml: unknown companions {sorted(unknown)}")
        if unknown := set(cause.expresses) - known:
            raise KnowledgeError(f"causes/{cause.id}.yaml: expresses unknown findings {sorted(unknown)}")
    for rule in knowledge.red_flags.values():
        if unknown := set(rule.ask) - known:
            raise KnowledgeError(f"red_flags/{rule.id}.yaml: asks unknown findings {sorted(unknown)}")
        groups = {"@" + g for cause in knowledge.causes.values() for g in cause.groups}
        if unknown := set(rule.causes) - set(knowledge.causes) - groups:
            raise KnowledgeError(f"red_flags/{rule.id}.yaml: warns of unknown causes {sorted(unknown)}")
        if unknown := set(rule.sources) - set(knowledge.figures):
            raise KnowledgeError(f"red_flags/{rule.id}.yaml: unknown figures {sorted(unknown)}")
