"""The treatment side of the knowledge as typed, frozen objects. Field meanings: docs/knowledge-format.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from foramen.knowledge.numbers import Figure, Number

STAGES = ("acute", "subacute", "chronic")
STEPS = ("now", "week_6", "week_12", "surgery")
ROLES = ("core", "option", "specialist", "unproven", "against")
FAMILIES = (
    "emergency", "referral", "advice", "exercise", "medicine", "manual", "physical", "psychological",
    "injection", "procedure", "surgery",
)  # fmt: skip
STANCES = ("for", "for_weak", "neutral", "against_weak", "against")
POPULATIONS = (
    "radicular", "low_back_pain", "stenosis", "spondylolisthesis", "fracture", "tumour", "infection",
    "cauda_equina", "other",
)  # fmt: skip
# whom a guideline speaks of, besides single causes
ABOUT = (*POPULATIONS[:-1], "chronic_radicular", "motor_deficit", "neuropathic_pain")
OUTCOMES = (
    "pain", "leg_pain", "back_pain", "disability", "recovery", "surgery_avoided", "neurology", "harm_free", "other",
)  # fmt: skip
SCALES = (
    "points_0_100", "smd", "risk_ratio", "odds_ratio", "hazard_ratio", "proportion", "nnt", "words",
)  # fmt: skip
CERTAINTIES = ("high", "moderate", "low", "very_low", "not_graded")


@dataclass(frozen=True, slots=True)
class Use:
    """For which causes (ids), stages and needs a treatment has which role, and from which step on.

    ``if_present``: facts of the person of which one must be known to be so, else the row is passed over.
    """

    causes: frozenset[str]
    step: str
    stages: tuple[str, ...]
    role: str
    needs: tuple[str, ...]
    needs_any: tuple[str, ...]
    why: str
    figures: tuple[str, ...]
    if_present: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """One published effect; the number itself is ``figure``'s. ``weeks`` is None where not stated.

    ``stages``: those of the people studied. ``causes``: the only ones it speaks of, where narrower than the population.
    """

    figure: Figure
    population: str
    outcome: str
    scale: str
    weeks: float | None
    comparator: str
    certainty: str
    words: str
    stages: tuple[str, ...] = STAGES
    causes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stance:
    guideline: str
    about: str
    stages: tuple[str, ...]
    stance: str
    figure: str
    words: str


@dataclass(frozen=True, slots=True)
class Harm:
    words: str
    figure: str


@dataclass(frozen=True, slots=True)
class Contraindication:
    """``kind`` (condition, medicine, age_at_least, age_below, finding) and its value; effect: blocked or care."""

    kind: str
    value: str | float
    effect: str
    why: str
    figure: str
    assumption: str


@dataclass(frozen=True, slots=True)
class Indication:
    when: str
    timing: str
    figure: str


@dataclass(frozen=True, slots=True)
class Treatment:
    """``drug`` and ``gate``: see docs/knowledge-format.md. ``clearance``: waits for what is not known.

    ``beside_emergency``: arranged in an emergency, too. ``taper``: ended step by step, never at once. ``same_way``:
    treatments that do the same by another way: what failed or harmed there will here. ``akin``: ids of others whose
    harm asks for care here.
    """

    id: str
    name: str
    names: tuple[str, ...]
    family: str
    drug: bool
    gate: bool
    clearance: bool
    beside_emergency: bool
    taper: bool
    what: str
    plain: str
    use: tuple[Use, ...]
    effects: tuple[Effect, ...]
    no_trials: str
    stances: tuple[Stance, ...]
    harms: tuple[Harm, ...]
    contraindications: tuple[Contraindication, ...]
    monitor: tuple[str, ...]
    indications: tuple[Indication, ...]
    lacking: str
    same_way: tuple[str, ...] = ()
    akin: tuple[str, ...] = ()

    def reached(self, row: int) -> frozenset[str]:
        """Causes that a row of ``use`` is the first to speak of, in one of its stages at least."""
        use, out = self.use[row], set[str]()
        for stage in use.stages:
            earlier = [u.causes for u in self.use[:row] if stage in u.stages and not u.if_present]
            out |= use.causes.difference(*earlier)
        return frozenset(out)

    def figures(self) -> tuple[str, ...]:
        """Ids of all figures that the file names, in order of first use."""
        ids = [f for use in self.use for f in use.figures]
        ids += [e.figure.id for e in self.effects] + [s.figure for s in self.stances]
        ids += [h.figure for h in self.harms] + [c.figure for c in self.contraindications]
        ids += [i.figure for i in self.indications]
        return tuple(dict.fromkeys(f for f in ids if f))


@dataclass(frozen=True, slots=True)
class PersonFact:
    """A condition, or something else true or not of the person, that treatments are checked against.

    ``findings`` state it when present and deny it when absent; ``states``/``denies`` do one of the two. ``only``:
    states of such a finding that count, where some of its abnormal states do not (after birth is not pregnant); the
    others deny it. ``gives``: findings that a listed name states, too. ``asked``: no list of conditions would hold
    it, so only a denial, a finding or a measurement settles it. ``open_with``: names that are recognised and leave
    it open.
    ``reaction_to``: medicines (classes or names) of which a bad reaction, in any words, states it.
    ``rules``, ``causes`` with ``at_least`` and ``topics`` belong to facts judged from the assessment itself.
    ``excludes``: conditions that are absent where this one is present. ``explains``: conditions that a medicine no
    longer states once this one is listed, as it is what the medicine is for. ``limit``: the number a computed or
    listed fact is judged by, where it is no probability (years of age, units a week). ``counts``: what is counted, of
    which as many as the limit make it so. ``lately``: names that state it where the time told with them is no longer
    ago than the limit (weeks). ``measured_with``: conditions and medicines beside which only a measurement settles it
    before a needle or a knife. ``past``: the condition that a name states where it is told as years ago.
    """

    id: str
    name: str
    question: str
    names: tuple[str, ...]
    implies: tuple[str, ...]
    measured: Mapping[str, tuple[str, float]]
    findings: tuple[str, ...]
    denies: tuple[str, ...]
    states: tuple[str, ...]
    rules: tuple[str, ...]
    causes: frozenset[str]
    at_least: Number | None
    topics: tuple[str, ...]
    computed: str
    asked: bool
    gives: tuple[str, ...]
    absent_in: Mapping[str, str | float]
    excludes: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()
    open_with: tuple[str, ...] = ()
    reaction_to: tuple[str, ...] = ()
    past: str = ""
    limit: Number | None = None
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: tuple[Contraindication, ...] = ()
    lately: tuple[str, ...] = ()
    measured_with: tuple[Contraindication, ...] = ()

    @property
    def judged(self) -> bool:
        """Whether the assessment, not a list of conditions, says if it is so."""
        return bool(self.rules or self.causes or self.computed)


@dataclass(frozen=True, slots=True)
class MedicineClass:
    """Medicines that count alike. ``name_states`` maps single names to conditions that taking them states.

    ``same_as``: treatments that every medicine of this class is. ``holds``: what single names hold, where medicines
    of the class are counted by substance; a name that is not there is a substance of its own. ``treats``: single names
    with the condition they treat, which is then no reason against going on with them.
    """

    id: str
    name: str
    question: str
    names: tuple[str, ...]
    findings: tuple[str, ...]
    states: tuple[str, ...]
    name_states: Mapping[str, str]
    same_as: tuple[str, ...] = ()
    holds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    treats: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guideline:
    id: str
    name: str
    year: str
    covers: str


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """Mean pain 0-100 at ``weeks`` after the start of a study."""

    weeks: float
    figure: Figure


@dataclass(frozen=True, slots=True)
class Course:
    """A published course of pain; ``treatment`` is ``none`` for usual care or no treatment."""

    id: str
    name: str
    causes: frozenset[str]
    stages: tuple[str, ...]
    treatment: str
    outcome: str
    points: tuple[CoursePoint, ...]
    words: str
    limits: str


@dataclass(frozen=True, slots=True)
class ImagingAdvice:
    """When imaging is indicated now, may be considered, or is not indicated.

    It applies where a rule fired, the causes are probable or one of ``stated`` (findings, composites) is present;
    never where one of ``not_with`` is. ``seen_on``: studies (modality, region) that show what it asks for; where
    one is listed as complete, outside an emergency, the advice is at most to be considered again. ``answered_by``:
    rules that speak of what was looked for as seen; where one fired, outside an emergency, the advice falls away, and
    what its own rules say of films and dates gives way to theirs.
    """

    id: str
    name: str
    advice: str
    modality: str
    within: str
    rules: tuple[str, ...]
    causes: frozenset[str]
    at_least: float
    stages: tuple[str, ...]
    no_red_flag: bool
    stated: tuple[str, ...]
    not_with: tuple[str, ...]
    needs: tuple[str, ...]
    instead_of: tuple[str, ...]
    seen_on: tuple[tuple[str, str], ...]
    why: str
    stance: str
    sources: tuple[str, ...]
    answered_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanKnowledge:
    """Treatments and all they are checked against."""

    treatments: Mapping[str, Treatment] = field(default_factory=dict)
    facts: Mapping[str, PersonFact] = field(default_factory=dict)
    medicines: Mapping[str, MedicineClass] = field(default_factory=dict)
    medicine_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # brand to the names it stands for
    guidelines: Mapping[str, Guideline] = field(default_factory=dict)
    courses: Mapping[str, Course] = field(default_factory=dict)
    imaging: Mapping[str, ImagingAdvice] = field(default_factory=dict)

    def words(self, row: Contraindication, findings: Mapping[str, Any]) -> str:
        """What a contraindication names, in words; ``findings`` are the knowledge's."""
        match row.kind:
            case "condition":
                return self.facts[str(row.value)].name
            case "medicine":
                return self.medicines[str(row.value)].name
            case "finding":
                return str(findings[str(row.value)].name)
        return f"age {row.value:g} or more" if row.kind == "age_at_least" else f"age below {row.value:g}"
