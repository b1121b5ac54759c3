"""``read_report``: an imaging report's text to findings by level, side, severity and certainty."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from foramen.records.reports.certainty import is_old, is_uncertain
from foramen.records.reports.clauses import with_clauses
from foramen.records.reports.context import degree_of, degrees_by_level, grade_of, millimetres_of, zone_of
from foramen.records.reports.events import Event, events
from foramen.records.reports.left_over import left_over, lost_levels
from foramen.records.reports.levels import is_pair, is_sacrum
from foramen.records.reports.merge import merged
from foramen.records.reports.normal import is_denial, is_normal, rest_is_normal
from foramen.records.reports.place import NO_LEVEL, NOWHERE, excepted, levels_of
from foramen.records.reports.result import PartlyUnderstood, ReadReport, ReportFinding
from foramen.records.reports.rules import Rules, default_rules
from foramen.records.reports.scope import doubtful, negated
from foramen.records.reports.several import called_several, several
from foramen.records.reports.sides import NONE, side_of, split_sides
from foramen.records.reports.spread import YES, degrees_after_levels, sides_by_level
from foramen.records.reports.tails import on_side, tails, with_tails
from foramen.records.reports.text import Sentence, clean, sentences
from foramen.records.reports.tokens import Mark, marks
from foramen.records.reports.whole import LONGEST, SPINE, conus, covers, modality, problems, sixth

ALSO = (
    "cord_compression", "nerve_root_contact", "epidural_scar", "bone_oedema", "aortic_aneurysm", "disc_infection_signs",
    "epidural_collection", "psoas_collection", "epidural_haematoma", "intradural_mass", "canal_mass",
    "epidural_fat", "psoas_haematoma", "multiple_bone_lesions", "sacroiliitis",
)  # fmt: skip
NOT_DENIED = ("cord_compression", "nerve_root_contact", "disc_infection_signs", "canal_mass")  # denied: too little
OEDEMA_OF = ("vertebral_fracture", "infection", "modic_changes", "tumour")  # which it belongs to, if named beside it
HIGH = ("severe", "high-grade", "high", "critical", "marked", "gross", "advanced", "moderate")
GRADED = ("disc_bulge", "disc_protrusion", "disc_herniation", "facet_arthropathy", "disc_desiccation")
_TITLE = frozenset(
    """
    mri mrt magnetic resonance imaging computed tomography radiograph lumbar lumbosacral spine sacral
    lss plain with without contrast gadolinium report study findings impression impressions conclusion axial
    lateral view views film films ray rays xray projection projections
    sagittal coronal weighted images and the normal unremarkable feature features
    """.split()  # noqa: SIM905
)
_SACROILIAC = re.compile(r"\bsacro-?\s?iliac|\bsij\b|\bsi joints?\b|\bsacroil\w*itis", re.I)
_OUTSIDE_SAC = re.compile(r"foramin|foramen|extra-?dural|epidural|extra-?spinal|paraspinal|dumbbell", re.I)
_OF_SPINE = re.compile(r"marrow|limbus|lipoma|filum|filar", re.I)


def read_report(text: str, rules: Rules | None = None) -> ReadReport:
    """Read a report. Deterministic; never raises. What lies past ``LONGEST`` characters is not read, which is said."""
    rules = rules or default_rules()
    plain = clean(text[:LONGEST])
    found: list[ReportFinding] = []
    lost: list[tuple[int, int, str]] = []
    partly: list[PartlyUnderstood] = []
    called: list[ReportFinding] = []
    carried: tuple[str, ...] = ()
    rest = normal = False
    for sentence in sentences(plain) if SPINE.search(plain) else ():
        row = with_clauses(marks(sentence.text, rules), sentence.text)
        here, carried, unread = _read(sentence, row, carried)
        found += here
        called += called_several(here, sentence.text)
        stripped = sentence.text.strip()
        start = sentence.start + len(sentence.text) - len(sentence.text.lstrip())
        span = (start, start + len(stripped))
        rest = rest or rest_is_normal(sentence.text, rules)
        if not here and (is_normal(sentence.text, rules) or _one_denial(sentence.text, row)):
            normal = True
        elif not here and _says_something(sentence.text):
            lost.append((*span, stripped))
        elif here and (words := tuple(dict.fromkeys((*left_over(row, sentence.text, rules), *unread)))):
            partly.append(PartlyUnderstood(span, stripped, words))
    kept = merged([*found, *sixth(plain, found)])
    kept += several(kept, called)
    return ReadReport(
        findings=tuple(f for f in kept if f.type not in ALSO),
        also=(*(f for f in kept if f.type in ALSO and (f.present or f.type not in NOT_DENIED)), *conus(plain)),
        not_understood=tuple(lost),
        problems=tuple(problems(text, plain, found, normal)),
        modality=modality(plain),
        # an unread word may be the very thing that the rest of the report seems silent about
        # and what is left out for doubt would be
        complete=not (lost or partly or any(f.certainty == "uncertain" for f in kept)) and covers(plain, found, rest),
        partly_understood=tuple(partly),
    )


def _read(
    sentence: Sentence, row: Sequence[Mark], carried: tuple[str, ...]
) -> tuple[list[ReportFinding], tuple[str, ...], tuple[str, ...]]:
    """Findings of a sentence, the levels that a sentence which goes on with it takes over, and sides left unread."""
    said: list[tuple[int, list[ReportFinding]]] = []
    unread_here: list[str] = []
    text = sentence.text
    at = row
    row, own_side = sides_by_level(row, text)
    row, graded = degrees_after_levels(row, text)
    row, open_ends = tails(row, text)
    open_scope = doubtful(row, text)
    denied, own_degree = negated(row, sentence.text), degrees_by_level(row)
    for event in events(row, sentence.text):
        if _is_normal(event, row):
            continue
        if event.type == "bone_oedema" and _SACROILIAC.search(text) and not any(m.kind == "level" for m in row):
            event = replace(event, type="sacroiliitis")  # the marrow beside the joint, not that of a vertebra
        no = (denied[event.at] and not event.shared) or (event.relation is not None and denied[event.relation])
        unsure = no and open_scope[event.at]
        no = no and not unsure
        split = split_sides(event, row)
        present = event.present and (not no or any(degree != NONE for _, degree in split))
        if no and not present and (grade := _grade_alone(event, row, text)):
            unread_here.append(grade)
            continue
        if not present and text[row[event.at].start :].lower().startswith("redundant"):
            continue  # a canal may be narrow without this sign
        if not present and event.type == "other_incidental" and "+" in row[event.at].value:
            continue  # the finding it stands beside says it
        if event.type == "disc_height_loss" and any(m.value == "vertebral_fracture" for m in row):
            continue
        if event.type == "disc_height_loss" and _of_bone(row, text):
            event = replace(event, type="vertebral_fracture")
        if not present and excepted(sentence.text):
            continue  # what is denied of all levels but one says nothing of that one
        for level in levels_of(event, row, sentence, carried, present):
            if level is None and present and event.type not in NO_LEVEL:
                unread_here += _bones(row, text)
            one = _finding(event, level, present, row, sentence)
            if unsure and one.present:
                one = replace(one, certainty="uncertain")
            if event.type == "intradural_mass" and _OUTSIDE_SAC.search(text) and "intradural" not in text.lower():
                one = replace(one, type="canal_mass")
            if level in own_side and not one.side and event.type not in (*NOWHERE, "other_incidental"):
                one = replace(one, side=own_side[level])
            if (
                one.present
                and graded.get(str(level), YES) != YES
                and (one.type in GRADED or event.relation is not None)
            ):
                one = on_side(one, one.side, graded[str(level)])
            if one.severity and level in own_degree:
                one = replace(one, severity=own_degree[level])
            sides = [on_side(one, side, degree) for side, degree in split]
            said.append((max(event.at, event.last), sides or [one]))
    out, lost = with_tails(said, open_ends)
    unread_here += lost_levels(at, text, out)
    unread = (*unread_here, *(text[at[t.first].start : at[t.last - 1].end].strip() for t in lost))
    own = tuple(n for m in row if m.kind == "level" for n in m.names)
    if own:
        carried = own
    elif not sentence.continues:
        carried = sentence.heading
    return out, carried, unread


def _of_bone(row: Sequence[Mark], text: str) -> bool:
    """Whether height is lost by a vertebra: no disc is named, and a bone is ("loss of height of L2")."""
    places = [n for m in row if m.kind == "level" for n in m.names]
    return bool(places) and not any(map(is_pair, places)) and not re.search(r"\bdis[ck]", text, re.I)


def _bones(row: Sequence[Mark], text: str) -> list[str]:
    """Vertebrae that a sentence names without any level, which are lost for what the model places by level."""
    named = [m for m in row if m.kind == "level"]
    lone = all(len(m.names) == 1 and not is_pair(m.names[0]) for m in named)
    said = [text[m.start : m.end] for m in named] if lone else []
    return [words for words in said if not is_sacrum(words)]


def _grade_alone(event: Event, row: Sequence[Mark], text: str) -> str:
    """The words that deny a high degree alone ("no high-grade stenosis") and leave open a lesser one; else empty."""
    before = row[: min(event.first, event.at) + 1]
    no = next((i for i in range(len(before) - 1, -1, -1) if before[i].kind in ("no", "not")), None)
    if no is None or no + 1 >= len(row) or text[row[no + 1].start : row[no + 1].end].lower() not in HIGH:
        return ""
    return text[row[no].start : row[no + 1].end]


def _is_normal(event: Event, row: Sequence[Mark]) -> bool:
    """Normal marrow is not incidental, nor its oedema at a fracture; straightening stated as spasm is spasm."""
    if event.type == "other_incidental":
        if row[event.at].value.endswith("+bone_oedema") and any(m.value in OEDEMA_OF for m in row):
            return True
        return any(m.kind == "relation" and m.value.startswith("free") for m in row)
    return event.type == "loss_of_lordosis" and any(m.value == "muscle_spasm" for m in row)


def _finding(event: Event, level: str | None, present: bool, row: Sequence[Mark], sentence: Sentence) -> ReportFinding:
    text = sentence.text
    start, end = row[event.first].start, row[event.last].end
    uncertain = is_uncertain(event, row, text)
    certainty = "negated" if not present else "uncertain" if uncertain else "affirmed"
    if present and event.type == "postoperative":
        certainty = "postoperative"
    elif present and not uncertain and is_old(event, row, text):
        certainty = "historical"
    if event.type == "other_incidental" and not _OF_SPINE.search(text[start:end]):
        level = None  # a kidney has no level
    return ReportFinding(
        type=event.type,
        level=level,
        side=side_of(event, row, text) if event.type not in (*NOWHERE, "other_incidental") else None,
        severity=degree_of(event, row, text) if present else None,
        present=present,
        certainty=certainty,
        zone=zone_of(event, row, text),
        grade=grade_of(event, row, text),
        millimetres=millimetres_of(event, row, text),
        span=(sentence.start + start, sentence.start + end),
        text=" ".join(text[start:end].split()),
    )


def _one_denial(text: str, row: Sequence[Mark]) -> bool:
    """Whether it denies something abnormal that no rule knows, and speaks of no structure that may be pressed."""
    return is_denial(text) and not any(m.kind == "structure" for m in row)


def _says_something(text: str) -> bool:
    words = [w for w in re.findall(r"[A-Za-z]{3,}", text.lower()) if w not in _TITLE]
    return len(words) >= 1
