"""What studies and guidelines say of a treatment, and which of it speaks of this case."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.knowledge.plan_parse import BACK_PAIN, ROOT_PAIN
from foramen.knowledge.plan_schema import CERTAINTIES, Effect, Stance, Treatment
from foramen.plan.result import EffectAnswer, StanceAnswer
from foramen.plan.situation import Situation

# a guideline's statement or a study speaks of this case from this P(its population's causes) on. Assumption (0.15-0.4)
SPEAKS_FROM = 0.25
_BACK = (*BACK_PAIN, "none_of_these")
# populations of guidelines that are groups of causes
_GROUP_OF = {
    "stenosis": "stenotic", "spondylolisthesis": "slip", "fracture": "fracture", "tumour": "tumour",
    "infection": "infection", "neuropathic_pain": "neuropathy",
}  # fmt: skip
# populations of effects, the narrower first: where two fit alike, its figures are shown
_NARROWER = (
    "cauda_equina", "tumour", "infection", "fracture", "spondylolisthesis", "stenosis", "radicular", "low_back_pain",
    "other",
)  # fmt: skip
WEAKNESS, PRESSING = "motor_deficit", ("urgent", "emergency")  # rules of a severe or growing weakness
LIKELY = 0.5  # from here on a population is the person's, whatever else may be
_PAIN = ("pain", "leg_pain", "back_pain")
_NEXT = ("recovery", "disability")
_UNCONTROLLED = ("before and after", "case series")  # in the words for a comparator
_sources: dict[tuple[str, str], tuple[str, ...]] = {}


def _answer(e: Effect, applies: bool) -> EffectAnswer:
    low, high = e.figure.ci or (None, None)
    return EffectAnswer(
        e.population, e.outcome, e.scale, e.figure.value, low, high, e.figure.n, e.weeks, e.comparator, e.certainty,
        e.words, e.figure.read, e.figure.source, applies,
    )  # fmt: skip


class Evidence:
    """Effects, sources and stances for one case; what is the same for every case is kept for the next."""

    def __init__(self, situation: Situation, stages: Sequence[str]) -> None:
        self.situation, self.stages = situation, tuple(stages)
        self._about: dict[str, float] = {}
        self._studied = {x: self._population_studied(x) for x in _NARROWER}
        self._likeliest = max([*self._studied.values(), *situation.causes.values()])

    def effects(self, treatment: Treatment) -> tuple[EffectAnswer, ...]:
        """Every published effect, those found in people like this one first.

        Among these the likelier population, compared with somebody, pain before all else, on 0 to 100, the best graded;
        then the order of the file.
        """
        told = [(e, self._applies(e)) for e in treatment.effects]
        told.sort(key=lambda row: (not row[1], *self._telling(row[0])))
        return tuple(_answer(e, applies) for e, applies in told)

    def _applies(self, e: Effect) -> bool:
        """Whether the people studied had what this person most likely has, in this stage."""
        if set(self.stages).isdisjoint(e.stages):
            return False
        if e.causes and self.situation.share(e.causes) < SPEAKS_FROM:
            return False
        if e.population == "other":
            return bool(e.causes)
        share = self._studied[e.population]
        return share >= LIKELY or (share >= SPEAKS_FROM and share >= self._likeliest)

    def _telling(self, e: Effect) -> tuple[float | bool, ...]:
        """What makes one effect tell more about this person than another; the lower, the more."""
        uncontrolled = any(word in e.comparator for word in _UNCONTROLLED)
        outcome = 0 if e.outcome in _PAIN else 1 + _NEXT.index(e.outcome) if e.outcome in _NEXT else 3
        share = round(self._studied[e.population], 2)
        narrow = _NARROWER.index(e.population)
        return -share, narrow, uncontrolled, outcome, e.scale != "points_0_100", CERTAINTIES.index(e.certainty)

    def _population_studied(self, population: str) -> float:
        """P(the case is one of a population studied): by cause; root pain only where a root is likely affected."""
        if population == "radicular":
            rooted = 1 - self.situation.no_root >= LIKELY
            return self.situation.share(frozenset(ROOT_PAIN)) if rooted else 0.0
        if population == "cauda_equina":
            return self.situation.cauda
        return 0.0 if population == "other" else self._share(population)

    def sources(self, treatment: Treatment) -> tuple[str, ...]:
        """Ids of the sources that a treatment's file rests on."""
        key = (self.situation.knowledge.version, treatment.id)
        if key not in _sources:
            _sources[key] = self.of(treatment.figures())
        return _sources[key]

    def of(self, figures: Sequence[str]) -> tuple[str, ...]:
        """Ids of the sources of figures."""
        known = self.situation.knowledge.figures
        return tuple(dict.fromkeys(known[f].source for f in figures))

    def cite(self, words: str, figure: str) -> str:
        """Words with the study they rest on, if one is named."""
        if not figure:
            return words
        known = self.situation.knowledge.figures[figure]
        recalled = "" if known.read else ", recalled"
        return f"{words} [{self.situation.knowledge.sources[known.source].citation}{recalled}]"

    def stances(self, treatment: Treatment) -> tuple[StanceAnswer, ...]:
        """What guidelines say, each with whether it speaks of this stage and of a likely cause."""
        return tuple(self._stance(s) for s in treatment.stances)

    def _stance(self, s: Stance) -> StanceAnswer:
        guideline = self.situation.knowledge.plan.guidelines[s.guideline]
        applies = not set(self.stages).isdisjoint(s.stages) and self._share(s.about) >= SPEAKS_FROM
        source = self.situation.knowledge.figures[s.figure].source
        read = self.situation.knowledge.figures[s.figure].read
        return StanceAnswer(
            s.guideline, guideline.name, guideline.year, s.about, s.stance, s.words, applies, source, read
        )

    def _share(self, about: str) -> float:
        """P(the case is one that a statement about this population speaks of)."""
        if about not in self._about:
            self._about[about] = self._population(about)
        return self._about[about]

    def _population(self, about: str) -> float:
        situation = self.situation
        if "radicular" in about:
            return 1 - situation.no_root
        if about == "low_back_pain":
            return situation.share(frozenset(_BACK))
        if about == "cauda_equina":
            return float(situation.emergency)
        if about == "motor_deficit":
            pressing = (rule for rule, urgency in situation.rules.items() if urgency in PRESSING)
            return float(any(rule.startswith(WEAKNESS) for rule in pressing))
        if about in situation.knowledge.causes:
            return situation.share(frozenset([about]))
        group = _GROUP_OF.get(about)
        return situation.share(frozenset(c.id for c in situation.knowledge.causes.values() if group in c.groups))
