"""The page of a treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from foramen.knowledge.plan_schema import Effect, Treatment, Use
from foramen.knowledge.schema import Knowledge
from foramen.web.browse.shown import Cited, cited

FOR, AGAINST = ("for", "for_weak"), ("against", "against_weak")
REACH = 40.0  # points of a 0-100 scale that the picture shows to either side
RATIOS = ("risk_ratio", "odds_ratio", "hazard_ratio")


@dataclass(frozen=True, slots=True)
class Drawn:
    """An effect and its place on a line of its scale, all 0 to 1; ``zero`` is no effect. None: not drawn."""

    effect: Effect
    value: str
    cited: Cited
    at: float | None
    low: float | None
    high: float | None
    zero: float | None


def treatment_page(knowledge: Knowledge, t: Treatment) -> dict[str, Any]:
    """Values of the template."""

    def cite(figure: str) -> Cited | None:
        return cited(knowledge, knowledge.figures[figure]) if figure else None

    by_topic: dict[str, set[str]] = {}
    for s in t.stances:
        by_topic.setdefault(s.about, set()).add("for" if s.stance in FOR else "against" if s.stance in AGAINST else "")
    return {
        "treatment": t,
        "use": [_use(knowledge, t, i) for i in range(len(t.use)) if t.reached(i)],
        "effects": [draw(knowledge, e) for e in t.effects],
        "stances": [(s, knowledge.plan.guidelines[s.guideline], cite(s.figure)) for s in t.stances],
        "disagree": sorted(a for a, sides in by_topic.items() if {"for", "against"} <= sides),
        "harms": [(h, cite(h.figure)) for h in t.harms],
        "checks": [(c, knowledge.plan.words(c, knowledge.findings), cite(c.figure)) for c in t.contraindications],
        "indications": [(i, cite(i.figure)) for i in t.indications],
        "courses": [c for c in knowledge.plan.courses.values() if c.treatment == t.id],
        "causes": knowledge.causes,
    }


def _use(knowledge: Knowledge, t: Treatment, row: int) -> tuple[Use, list[str], list[str], list[Cited]]:
    """A row, the causes it is the first to speak of (none: every cause), what there must be for it, its sources."""
    use = t.use[row]
    ids = sorted(t.reached(row), key=lambda c: knowledge.causes[c].name)
    has = [knowledge.plan.facts[f].name for f in use.if_present]
    cites = [cited(knowledge, knowledge.figures[f]) for f in use.figures]
    return use, [] if len(use.causes) == len(knowledge.causes) else ids, has, cites


def draw(knowledge: Knowledge, e: Effect) -> Drawn:
    """Place an effect on its line: points -40 to 40, shares 0 to 1, ratios 1/5 to 5 (log), standardised -2 to 2."""
    f = e.figure
    source = cited(knowledge, f)
    if f.value is None or e.scale in ("words", "nnt"):
        value = "" if f.value is None or e.scale == "words" else f"{f.value:g}"
        return Drawn(e, value, source, None, None, None, None)
    low, high = f.ci or (f.value, f.value)
    value = f"{f.value:g}" + (f" ({low:g} to {high:g})" if f.ci else "")
    place = _scale(e.scale)
    return Drawn(e, value, source, place(f.value), place(low), place(high), None if e.scale == "proportion" else 0.5)


def _scale(scale: str) -> Any:
    import math

    def clip(x: float) -> float:
        return min(max(x, 0.0), 1.0)

    if scale in RATIOS:
        return lambda x: clip(0.5 + math.log(max(x, 0.01)) / math.log(5) / 2)
    if scale == "proportion":
        return clip
    reach = 2.0 if scale == "smd" else REACH
    return lambda x: clip(0.5 + x / reach / 2)
