"""The knowledge as typed, frozen objects. Field meanings are those of the data files' format page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from foramen.knowledge.numbers import Figure, Number
from foramen.knowledge.patient_words import PatientWords
from foramen.knowledge.plan_schema import PlanKnowledge

ByAge = tuple[Number, ...]  # one number per age band (six), all the same object where age does not matter


@dataclass(frozen=True, slots=True)
class Source:
    id: str
    citation: str
    year: int | None
    identifiers: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A zone and side a lesion can take, with its share among the forms; ``level``: where it differs in this."""

    zone: str
    side: str
    share: Number
    level: Mapping[str, ByAge] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RootPattern:
    """Which roots (tokens, see ``anatomy.root_of_token``) a lesion affects, and the cauda equina's state."""

    roots: tuple[str, ...]
    cauda: str
    share: Number


@dataclass(frozen=True, slots=True)
class Cause:
    id: str
    name: str
    plain: str
    icd10cm: tuple[str, ...]
    groups: tuple[str, ...]
    words: Mapping[str, str]
    serious: str
    share: Mapping[str, ByAge]
    female: Number
    place: str
    level: Mapping[str, ByAge]
    forms: tuple[Form, ...]
    left: Number | None
    roots: Mapping[str, tuple[RootPattern, ...]]
    root_state: Mapping[str, Mapping[str, Number]]
    roots_none_by_setting: Mapping[str, Number]
    companions: tuple[str, ...]
    community_prevalence: ByAge | None
    two_level: Number | None
    expresses: tuple[str, ...]
    central_refers: bool
    root_sign_factor: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Silent:
    """Prevalence of an imaging finding in people in whom it is not the cause, per person by age."""

    per_person: ByAge
    level_weight: Mapping[str, float]
    follows_degeneration: tuple[float, float, float]
    split: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    id: str
    name: str
    category: str
    site: str
    states: tuple[str, ...]
    question: str
    how: str
    kind: str
    burden: str
    background: ByAge | None
    given: Mapping[str, Number]
    instead: Mapping[str, Number]
    roots: Mapping[str, Number]
    shared_leak: ByAge | None
    cluster: str | None
    visible_on: tuple[str, ...]
    regions: tuple[str, ...]  # of studies that show it; levels and vertebrae are shown by lumbar studies
    mention: Number | None
    headline: Number | None
    silent: Silent | None
    unreliable_before_weeks: float | None
    from_age: float | None = None  # in years; below it, it says nothing
    supposes: tuple[
        str, ...
    ] = ()  # findings or composites of which one must be possible for the question to make sense
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # usual words, and the states each leaves open
    score: Mapping[str, tuple[float, ...]] = field(
        default_factory=dict
    )  # from which value of a score on each state holds
    lateral: Mapping[str, Number] = field(
        default_factory=dict
    )  # P(this side named | complaint is here, both, elsewhere)


@dataclass(frozen=True, slots=True)
class Composite:
    """A finding stated less exactly than the model's: any of several findings."""

    id: str
    name: str
    site: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Findings that restate each other: a two-state latent pattern and each member given it."""

    id: str
    background: Number
    given: Mapping[str, Number]
    members: Mapping[str, tuple[Number, Number]]  # member -> (present if pattern, present if not)
    note: str


@dataclass(frozen=True, slots=True)
class OneSide:
    """Findings (by the start of their ids) whose statement for one side speaks for the other side too."""

    id: str
    prefixes: tuple[str, ...]
    named: Number


@dataclass(frozen=True, slots=True)
class Restated:
    """A finding that others bring along: P(each abnormal state because of them), were there no cause of its own.

    ``still``: how often it is found where one of the others is denied, as a factor on its usual probability.
    """

    after: frozenset[str]
    brought: Number
    still: Number | None = None


@dataclass(frozen=True, slots=True)
class ProfileClass:
    """Measures of ``n`` people of one class: mean and covariance, in the order of the profile's measures."""

    state: str
    n: int
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class SagittalProfile:
    """Measures of pelvis and lordosis as evidence about the states of ``finding`` (one class a state, in their order).

    ``exponent`` tempers the densities. ``said_by``: a measure and the finding that says the same;
    ``nothing_after``: findings that leave the measures nothing to say; ``range``: lowest and highest of the data.
    """

    finding: str
    source: str
    measures: tuple[str, ...]
    range: Mapping[str, tuple[float, float]]
    classes: tuple[ProfileClass, ...]
    exponent: Number
    said_by: Mapping[str, str]
    nothing_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RootSigns:
    """P(finding on this side | root irritated) and P(finding | root has lost conduction)."""

    id: str
    irritated: Mapping[str, Number]
    conduction_loss: Mapping[str, Number]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Structure:
    """Degeneration of the person and structural state of each level (preserved, moderate, severe)."""

    degeneration: ByAge
    given_degeneration: Mapping[str, tuple[Number, Number, Number]]
    given_lesion: Mapping[str, Number]
    numbering_shift: Number


@dataclass(frozen=True, slots=True)
class RedFlagRule:
    id: str
    name: str
    why: str
    urgency: str
    within: str
    refer_to: str
    when: Mapping[str, object]
    ask: tuple[str, ...]
    meanwhile: str
    tell: str
    sources: tuple[str, ...]
    causes: tuple[str, ...] = ()  # causes and @groups it warns of; it leads its equals where they are likely
    speaks_for: tuple[str, ...] = ()  # rules whose words to the patient it takes over, about the same muscles


@dataclass(frozen=True, slots=True)
class Setting:
    """Who consults in a setting: age bands, share of women, and its weight where a case states no setting."""

    ages: Number
    female: Number
    unstated: Number


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All knowledge files, parsed. ``version`` is the hash of their content."""

    version: str
    causes: Mapping[str, Cause]
    findings: Mapping[str, Finding]
    composites: Mapping[str, Composite]
    clusters: Mapping[str, Cluster]
    scored: Mapping[str, Finding]  # score -> the finding that says the same
    one_side: tuple[OneSide, ...]
    untold: Mapping[str, Number]  # P(told in a full account | each abnormal state)
    account: tuple[Number, Number, Number]  # few, full (facts of the history); weight of an examined one
    restated: Mapping[str, Restated]
    sagittal: SagittalProfile | None
    roots: Mapping[str, RootSigns]
    cauda: Mapping[str, Mapping[str, Number]]
    cauda_lead: Mapping[str, Number]
    cauda_by_setting: Mapping[str, Number]
    cauda_root_loss: Mapping[str, Number]
    structure: Structure
    settings: Mapping[str, Setting]
    expression: Mapping[str, Mapping[str, object]]
    red_flags: Mapping[str, RedFlagRule]
    thresholds: Mapping[str, Any]
    sources: Mapping[str, Source]
    figures: Mapping[str, Figure]
    plan: PlanKnowledge = field(default_factory=PlanKnowledge, repr=False)
    patient: PatientWords = field(default_factory=PatientWords, repr=False)
    numbers: tuple[Number, ...] = field(default=(), repr=False)
    search_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # word -> findings it may be said as
