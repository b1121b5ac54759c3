"""A case: one person at one time. Small frozen types; nothing here knows what a finding means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

# measures of pelvis and lordosis on a standing X-ray: degrees, the radius in the unit of its data (not stated there)
XRAY_MEASURES: Final = ("pelvic_incidence", "pelvic_tilt", "lumbar_lordosis", "sacral_slope", "pelvic_radius")


@dataclass(frozen=True, slots=True)
class Observation:
    """One finding as stated.

    ``state`` is a state's name, ``abnormal`` (some abnormal state) or None where ``not_states`` or a
    measurement (``mrc`` 0-5, ``degrees``) says it. ``side``, ``level``, ``vertebra`` and ``root`` are names of
    places or ``unstated``. ``since``, ``new``, ``course`` and ``previous`` are kept as given.
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


@dataclass(frozen=True, slots=True)
class Tried:
    """A treatment tried for this complaint: ``result`` is helped, partly, no_effect, worse or stopped (for harm)."""

    treatment: str
    result: str
    weeks: float | None = None


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

    def context(self, setting: str | None = None) -> dict[str, Any]:
        """Age, sex and setting as the engine takes them."""
        return {"age": self.age, "sex": self.sex, "setting": setting or self.setting or "primary_care"}

    def without_imaging(self) -> Case:
        """The same case before any imaging (studies, X-ray measures and the findings named ``img_*`` are dropped)."""
        kept = tuple(o for o in self.observations if not o.finding.startswith("img_"))
        measured = {key: value for key, value in self.measurements.items() if key not in XRAY_MEASURES}
        return replace(self, observations=kept, studies=(), measurements=measured)
