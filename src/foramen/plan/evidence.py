"""What studies and guidelines say of a treatment, and which of it speaks of this case."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.knowledge.plan_schema import Effect, Stance, Treatment
from foramen.plan.result import EffectAnswer, StanceAnswer
from foramen.plan.situation import Situation

# a guideline's statement or a study speaks of this case from this P(its population's causes) on. Assumption (0.15-0.4)
SPEAKS_FROM = 0.25
_BACK = ("nonspecific_low_back_pain", "disc_degeneration", "facet_pain", "sacroiliac_joint_pain", "none_of_these")
# populations of guidelines that are groups of causes
_GROUP_OF = {
    "stenosis": "stenotic", "spondylolisthesis": "slip", "fracture": "fracture", "tumour": "tumour",
    "infection": "infection",
}  # fmt: skip
# by treatment: each effect as it is told where it does not apply, and where it does
_effects: dict[tuple[str, str], tuple[tuple[EffectAnswer, EffectAnswer], ...]] = {}
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
        self._leading: dict[frozenset[str], bool] = {}

    def effects(self, treatment: Treatment) -> tuple[EffectAnswer, ...]:
        """Every published effect, each with whether its study was about the leading causes of this case."""
        key = (self.situation.knowledge.version, treatment.id)
        if key not in _effects:
            _effects[key] = tuple((_answer(e, False), _answer(e, True)) for e in treatment.effects)
        return tuple(told[self._led(e)] for e, told in zip(treatment.effects, _effects[key], strict=True))

    def _led(self, e: Effect) -> bool:
        if e.population == "cauda_equina":
            return self.situation.emergency
        if e.causes not in self._leading:
            self._leading[e.causes] = self.situation.led_by(e.causes, SPEAKS_FROM)
        return self._leading[e.causes]

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
        return StanceAnswer(s.guideline, guideline.name, guideline.year, s.about, s.stance, s.words, applies, source)

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
        group = _GROUP_OF.get(about)
        return situation.share(frozenset(c.id for c in situation.knowledge.causes.values() if group in c.groups))
