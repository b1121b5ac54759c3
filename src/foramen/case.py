"""A case: one person at one time. Small frozen types; nothing here knows what a finding means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from foramen.anatomy import SETTINGS, SEXES
from foramen.errors import CaseError, nearest_match
from foramen.values import ReadOnly, choice, flag, mapping, number, several, text

# the last two: it is not told how a study was made, or of what; its silence says nothing
MODALITIES: Final = ("mri", "ct", "xray", "ultrasound", "unstated", "unknown")
REGIONS: Final = (
    "lumbar", "thoracic", "cervical", "whole_spine", "pelvis", "hip", "abdomen", "chest", "leg", "unstated", "unknown",
)  # fmt: skip
RESULTS: Final = ("helped", "partly", "no_effect", "worse", "stopped", "unknown")
# lowest and highest value accepted; units: eGFR mL/min/1.73 m2, platelets 10^9/L, angles degrees; the pelvic radius as
# in the data its densities come from, which state no unit (70 to 163 there)
MEASUREMENTS: Final[Mapping[str, tuple[float, float]]] = {
    "egfr": (0, 250), "pregnancy_weeks": (0, 45), "inr": (0, 20), "platelets": (0, 2000), "hba1c_percent": (2, 25),
    "pelvic_incidence": (0, 150), "pelvic_tilt": (-60, 90), "lumbar_lordosis": (-60, 150), "sacral_slope": (-60, 150),
    "pelvic_radius": (30, 300),
}  # fmt: skip
# words for the course of a single finding; only those of the first two change what is read from it
UNCHANGED: Final = ("stable", "unchanged", "static", "improving")
GROWING: Final = (
    "worsening", "rapidly_worsening", "progressive", "rapid", "progressing", "deteriorating", "getting worse",
)  # fmt: skip
COURSES: Final = (*UNCHANGED, *GROWING, "fluctuating", "intermittent", "recurrent")
AGE: Final = (0, 120)
MRC: Final = (0, 5)
DEGREES: Final = (0, 180)
WEEKS: Final = (0, 5000)
SCORE: Final = (0, 1000)
# measures of pelvis and lordosis on a standing X-ray: degrees, the radius in the unit of its data (not stated there)
XRAY_MEASURES: Final = ("pelvic_incidence", "pelvic_tilt", "lumbar_lordosis", "sacral_slope", "pelvic_radius")

# cures for what a table holds where it knows nothing (NaN, ``pandas.NA``)
NOT_KNOWN: Final = "Give None where it is not known."
NOT_FOUND: Final = "Leave the finding out where it is not known."  # without a measurement it would be present

_TEXTS: Final = ("state", "side", "level", "vertebra", "root", "study", "since", "course", "previous", "text")


def _set(of: object, name: str, value: Any) -> None:
    object.__setattr__(of, name, value)


def _numbers(given: Any, field: str) -> Mapping[str, float]:
    """Measurements or scores: known names, numbers within their ranges; None is not stated."""
    if isinstance(given, ReadOnly):  # of another case
        return given
    out = {}
    for key, value in mapping(given, field).items():
        where = f"{field}.{key[:60]}"
        if field == "measurements" and key not in MEASUREMENTS:
            near = nearest_match(key, MEASUREMENTS)
            raise CaseError("unknown field", field=where, allowed=tuple(MEASUREMENTS), nearest=near)
        span = MEASUREMENTS[key] if field == "measurements" else (SCORE[0], 100 if key.endswith("_0_100") else SCORE[1])
        if (read := number(value, where, *span, unknown=NOT_KNOWN)) is not None:
            out[key] = read
    return ReadOnly(out)


def not_empty(state: str | None, field: str) -> None:
    """Raises ``CaseError`` for a state without a word: read as present it would be a finding nobody stated."""
    if state is not None and not state.strip():
        raise CaseError(
            "an empty state is neither yes nor no", field=field, given=state,
            cure="Leave the finding out where it is not known, or the state where it is present.",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Observation:
    """One finding as stated.

    ``state`` is a state's name, ``abnormal`` (some abnormal state) or None where ``not_states`` or a
    measurement (``mrc`` 0-5, ``degrees``) says it. ``side``, ``level``, ``vertebra`` and ``root`` are names of
    places or ``unstated``. ``since``, ``new``, ``course`` and ``previous`` are kept as given;
    a case file takes no ``course`` but one of ``COURSES``, as any other word would neither alarm nor quiet.
    """

    finding: str
    state: str | None = None
    not_states: tuple[str, ...] = ()
    side: str | None = None
    level: str | None = None
    vertebra: str | None = None
    root: str | None = None
    mrc: float | None = None
    degrees: float | None = None
    study: str | None = None
    since: str | None = None
    new: bool | None = None
    course: str | None = None
    previous: str | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        """Raises ``CaseError`` for what no finding can state; whether its words are known is seen when it is read."""
        text(self.finding, "finding")
        for name in _TEXTS:
            if (given := getattr(self, name)) is not None:
                text(given, name)
        not_empty(self.state, "state")
        if self.new is not None:
            _set(self, "new", flag(self.new, "new"))
        _set(self, "not_states", several(self.not_states, str, "not_states"))
        if self.mrc is not None:
            _set(self, "mrc", number(self.mrc, "mrc", *MRC, unknown=NOT_FOUND))
        if self.degrees is not None:
            _set(self, "degrees", number(self.degrees, "degrees", *DEGREES, unknown=NOT_FOUND))

    def where(self) -> str:
        """Place in words, e.g. ``left L5-S1``; empty where the finding has none."""
        return " ".join(p for p in (self.side, self.root, self.vertebra, self.level) if p)


@dataclass(frozen=True, slots=True)
class Study:
    """An imaging study. ``complete``: the report describes its whole region, so silence counts."""

    id: str
    modality: str = "mri"
    region: str = "lumbar"
    complete: bool = False
    date: str | None = None

    def __post_init__(self) -> None:
        text(self.id, "id")
        _set(self, "modality", choice(self.modality, MODALITIES, "modality") or "mri")
        _set(self, "region", choice(self.region, REGIONS, "region") or "lumbar")
        _set(self, "complete", flag(self.complete, "complete"))
        if self.date is not None:
            text(self.date, "date")


@dataclass(frozen=True, slots=True)
class Tried:
    """A treatment tried for this complaint: ``result`` is one of ``RESULTS``; stopped: for harm."""

    treatment: str
    result: str
    weeks: float | None = None

    def __post_init__(self) -> None:
        text(self.treatment, "treatment")
        if choice(self.result, RESULTS, "result") is None:
            raise CaseError("result is missing", field="result", allowed=RESULTS)
        _set(self, "weeks", number(self.weeks, "weeks", *WEEKS))


@dataclass(frozen=True, slots=True)
class Case:
    """Context, findings, studies, medicines and conditions of one person at one time.

    ``no_conditions`` are conditions that were asked for and denied. ``medicines_complete`` and
    ``conditions_complete`` say that what is not listed is absent; otherwise it is not known.
    ``measurements`` are numbers by name (``egfr``, ``pregnancy_weeks`` …), ``scores`` those of questionnaires.
    """

    id: str = "case"
    age: float | None = None
    sex: str | None = None
    setting: str | None = None
    observations: tuple[Observation, ...] = ()
    studies: tuple[Study, ...] = ()
    medicines: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    no_conditions: tuple[str, ...] = ()
    medicines_complete: bool = False
    conditions_complete: bool = False
    measurements: Mapping[str, float] = field(default_factory=dict)
    tried: tuple[Tried, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ``CaseError`` for what would else be passed over: a number that is none, a name that is not known."""
        text(self.id, "id")
        _set(self, "age", number(self.age, "age", *AGE, unknown=NOT_KNOWN))
        choice(self.sex, SEXES, "sex", unknown=NOT_KNOWN)
        choice(self.setting, SETTINGS, "setting", unknown=NOT_KNOWN)
        for name, kind in (("observations", Observation), ("studies", Study), ("tried", Tried)):
            _set(self, name, several(getattr(self, name), kind, name))
        for name in ("medicines", "conditions", "no_conditions"):
            _set(self, name, several(getattr(self, name), str, name))
        for name in ("medicines_complete", "conditions_complete"):
            _set(self, name, flag(getattr(self, name), name))
        for name in ("measurements", "scores"):
            _set(self, name, _numbers(getattr(self, name), name))
        _set(self, "source", mapping(self.source, "source"))

    def context(self, setting: str | None = None) -> dict[str, Any]:
        """Age, sex and setting as the engine takes them."""
        return {"age": self.age, "sex": self.sex, "setting": setting or self.setting}

    def without_imaging(self) -> Case:
        """The same case before any imaging (studies, X-ray measures and the findings named ``img_*`` are dropped)."""
        kept = tuple(o for o in self.observations if not o.finding.startswith("img_"))
        measured = {key: value for key, value in self.measurements.items() if key not in XRAY_MEASURES}
        return replace(self, observations=kept, studies=(), measurements=measured)
