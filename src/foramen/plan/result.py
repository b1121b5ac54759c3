"""What a plan says: plain frozen types, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STATUSES = ("offered", "needs_care", "ask_first", "not_useful_now", "blocked")
STEP_TITLES = {
    "now": "Now",
    "week_6": "If no better by week 6",
    "week_12": "If no better by week 12",
    "surgery": "Operation or procedure: a specialist decides",
}


@dataclass(frozen=True, slots=True)
class Caution:
    """A contraindication that is present or not yet known. ``effect``: blocked or care; ``source`` may be empty."""

    id: str
    name: str
    state: str
    effect: str
    why: str
    because: str
    question: str
    source: str


@dataclass(frozen=True, slots=True)
class EffectAnswer:
    """A published effect; on ``points_0_100`` minus is better with treatment. ``weeks``: None where not stated.

    ``applies``: the people studied had what this person most likely has, in this stage.
    """

    population: str
    outcome: str
    scale: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    weeks: float | None
    comparator: str
    certainty: str
    words: str
    read: bool
    source: str
    applies: bool


@dataclass(frozen=True, slots=True)
class StanceAnswer:
    """What a guideline says; ``applies``: it speaks of this stage and of a likely cause of this case.

    ``read``: in the guideline or a page quoting it, not recalled.
    """

    guideline: str
    name: str
    year: str
    about: str
    stance: str
    words: str
    applies: bool
    source: str
    read: bool = True


@dataclass(frozen=True, slots=True)
class OptionAnswer:
    """One treatment for this person.

    ``status``: offered, needs_care, ask_first, not_useful_now, blocked. ``step``: now, week_6, week_12, surgery.
    ``role``: core, option, specialist, unproven, against, none. ``fits``: P(a cause for which it is meant).
    ``disagreement``: guidelines that apply contradict each other.
    """

    treatment: str
    name: str
    family: str
    status: str
    step: str
    role: str
    fits: float
    reason: str
    why: str
    why_sources: tuple[str, ...]
    cautions: tuple[Caution, ...]
    effects: tuple[EffectAnswer, ...]
    stances: tuple[StanceAnswer, ...]
    disagreement: bool
    harms: tuple[str, ...]
    monitor: tuple[str, ...]
    indications: tuple[str, ...]
    no_trials: str
    lacking: str
    plain: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanStep:
    id: str
    title: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LaterOption:
    """A treatment of a later stage; ``needs``: what has to be so then and is not known to be so yet."""

    treatment: str
    name: str
    role: str
    needs: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class LaterStep:
    """What comes into question if the complaint is no better by then. ``imaging``: names of advice for that stage."""

    id: str
    title: str
    options: tuple[LaterOption, ...]
    imaging: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """A question whose answer several options wait for."""

    id: str
    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseValue:
    """Mean pain 0-100 at ``weeks``, with its 95 % interval where published."""

    weeks: float
    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What a trial found: pain with the treatment minus pain without, on 0-100, at ``weeks``."""

    treatment: str
    weeks: float
    value: float
    low: float | None
    high: float | None
    comparator: str
    source: str
    cited: str


@dataclass(frozen=True, slots=True)
class CourseCurve:
    """A published course of pain; ``treatment`` is a treatment's id, or ``none`` without one.

    ``cited`` names its studies for a reader.
    """

    name: str
    treatment: str
    outcome: str
    points: tuple[CourseValue, ...]
    words: str
    limits: str
    sources: tuple[str, ...]
    cited: str


@dataclass(frozen=True, slots=True)
class CourseAnswer:
    """The expected course: published curves without and with treatment, and differences found in trials."""

    cause: str
    curves: tuple[CourseCurve, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class ImagingAnswer:
    """Imaging: ``advice`` is now, consider or not_now."""

    id: str
    name: str
    advice: str
    modality: str
    within: str
    why: str
    because: str
    stance: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnmatchedName:
    """A medicine or condition not recognised; ``nearest`` is the closest known name or empty."""

    kind: str
    name: str
    nearest: str


@dataclass(frozen=True, slots=True)
class LeafletLine:
    """A sentence of the leaflet: ``text`` with places for ``values``, so that it can be told in another language.

    ``part``: when, causes, helps, ask, specialist, course, avoid, return or closing.
    """

    part: str
    text: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """The plan of one case. ``stages`` are those that the duration leaves open; no doses anywhere.

    ``leaflet_lines`` are the sentences that ``leaflet`` is written from. ``later``: what comes if it gets no better.
    """

    first: str
    stages: tuple[str, ...]
    steps: tuple[PlanStep, ...]
    options: tuple[OptionAnswer, ...]
    questions: tuple[PlanQuestion, ...]
    avoid: tuple[str, ...]
    unmatched: tuple[UnmatchedName, ...]
    imaging: tuple[ImagingAnswer, ...]
    course: CourseAnswer | None
    safety_net: str
    leaflet: str
    leaflet_lines: tuple[LeafletLine, ...] = ()
    later: tuple[LaterStep, ...] = ()
