"""An assessment as the page shows it: grouped, counted, with footnotes; nothing is computed anew here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from foramen.assessment.assess import assess, default_engine
from foramen.assessment.intervals import DRAWS
from foramen.assessment.notes import Notes, open_questions
from foramen.assessment.picture import spine_svg
from foramen.assessment.result import Assessment, CauseAnswer, NextFinding, RootAnswer, Weight
from foramen.assessment.waterfall import Waterfall, waterfall
from foramen.assessment.words import NOT_EXCLUDED, SUSPECTED_FIGURE, cauda_suspected, settled_against
from foramen.case import Case
from foramen.plan.picture import course_svg
from foramen.plan.result import OptionAnswer

CLEAR = 0.05  # log10 odds; smaller weights are only counted
CAUSES, ROOTS, SEEN = 6, 6, 0.05


@dataclass(frozen=True, slots=True)
class WhyGroup:
    """What the findings did to one answer; ``small`` more had hardly any weight."""

    answer: str
    probability: float
    weights: tuple[Weight, ...]
    small: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One assessment and what the templates need beside it."""

    it: Assessment
    notes: Notes
    causes: tuple[CauseAnswer, ...]
    other_causes: float
    roots: tuple[RootAnswer, ...]
    why: tuple[WhyGroup, ...]
    settled: bool
    open: Mapping[str, list[tuple[str, str]]]
    next: tuple[NextFinding, ...]
    options: Mapping[str, OptionAnswer]
    blocked: tuple[OptionAnswer, ...]
    spine: str
    spine_narrow: str
    course: str
    names: Mapping[str, str]
    cauda_note: str  # what stands beside a small probability where a rule asks for the scan; else empty
    cauda_source: str


def answer_of(case: Case, detail: str = "full") -> Answer:
    """Assess a case for the page; a ``summary`` has the same intervals as the full answer. Raises as ``assess``."""
    a = assess(case, detail=detail, draws=DRAWS)
    options = {o.treatment: o for o in a.plan.options} if a.plan else {}
    course = a.plan.course if a.plan else None
    return Answer(
        it=a,
        notes=Notes(a),
        causes=a.causes[:CAUSES],
        other_causes=sum(c.estimate.probability for c in a.causes[CAUSES:]),
        roots=tuple(r for r in a.roots if r.estimate.probability >= SEEN)[:ROOTS],
        why=(why := tuple(_why(a))),
        settled=settled_against([w for g in why for w in g.weights]),
        open=_open(a),
        next=tuple(n for n in a.next_findings if not n.red_flag)[:8],
        options=options,
        blocked=tuple(o for o in options.values() if o.status == "blocked"),
        spine=spine_svg(a),
        spine_narrow=spine_svg(a, narrow=True),
        course=course_svg(course) if course else "",
        names={f.id: f.name for f in default_engine().model.knowledge.findings.values()},
        cauda_source=SUSPECTED_FIGURE,
        cauda_note=NOT_EXCLUDED if cauda_suspected(a.urgency, a.cauda_equina) else "",
    )


def waterfall_of(case: Case, answer: str) -> Waterfall:
    """The waterfall of a cause by its name; of the leading cause for any other name."""
    return waterfall(case, default_engine(), answer)


def leaflet_parts(text: str) -> Iterator[tuple[str, str | list[str]]]:
    """A leaflet's text as (kind, words): title, heading, list (of lines) or paragraph."""
    for i, block in enumerate(text.split("\n\n")):
        lines = [line for line in block.split("\n") if line]
        if i == 0 and len(lines) == 1:
            yield "title", lines[0]
            continue
        if lines and lines[0].endswith((":", "?")):
            yield "heading", lines.pop(0)
        items = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
        for line in lines:
            if not line.startswith("- "):
                yield "paragraph", line
        if items:
            yield "list", items


def _why(a: Assessment) -> list[WhyGroup]:
    groups: dict[str, list[Weight]] = {}
    for w in a.weights:
        groups.setdefault(w.answer, []).append(w)
    names = [c.name for c in a.causes]
    out = []
    for answer in sorted(groups, key=lambda n: names.index(n) if n in names else len(names)):
        clear = tuple(w for w in groups[answer] if abs(w.log10_odds) >= CLEAR)
        if clear:
            out.append(WhyGroup(answer, clear[0].with_it, clear, len(groups[answer]) - len(clear)))
    return out


def _open(a: Assessment) -> dict[str, list[tuple[str, str]]]:
    """Red-flag questions nobody has answered, by topic: (finding, question)."""
    ids = {str(q.get("question") or q.get("finding")): str(q.get("finding")) for q in a.urgency.not_yet_asked}
    return {topic: [(ids[q], q) for q in asked] for topic, asked in open_questions(a.urgency).items()}
