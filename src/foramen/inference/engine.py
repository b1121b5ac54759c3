"""The engine: exact posteriors over scenarios for one case or many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import AGE_BANDS, SETTINGS, SEXES, age_band, neighbouring_band
from foramen.case import AGE
from foramen.errors import CaseError, nearest_match
from foramen.inference.likelihood import BatchLikelihood, Evidence
from foramen.inference.part_likelihood import PartLikelihood
from foramen.inference.recent import Recent
from foramen.inference.targets import Targets
from foramen.knowledge.schema import Knowledge
from foramen.model.model import Model, default_model
from foramen.model.parameters import Floats
from foramen.model.priors import Context

DEFAULT_CONTEXT = {"age": 45, "sex": None, "setting": "primary_care"}
CHUNK = 512
USUAL_KEPT = 8 * 5000  # bytes of likelihoods of single facts over everyone; a fact's takes 8
PRIORS_KEPT = 16 * 2**20  # bytes of priors; a context takes 0.12 MB
MASKS_KEPT = 16 * 2**20  # bytes of masks over scenarios kept; a finding's takes 44 kB


class Engine:
    """Exact inference over the scenarios of a knowledge base.

    ``evidence`` is a list of cases; a case maps a finding (``slr@left``, ``img_listhesis@L4-L5``,
    ``fever_reported``) to a state's name, or to a vector with the likelihood of each state.
    ``context`` maps age (years), sex and setting; what is None is averaged over the setting's consulters, and a
    setting of None over the settings (``settings.yaml``); a missing key takes its value from ``DEFAULT_CONTEXT``.
    Pickled, an engine is its knowledge: it is built anew where it is read.
    """

    def __init__(self, knowledge: Knowledge | None = None, *, model: Model | None = None) -> None:
        self.model = model or (Model(knowledge) if knowledge else default_model())
        self.likelihood = BatchLikelihood(self.model)
        self.masks: Recent[NDArray[np.bool_]] = Recent(MASKS_KEPT)
        self.dangers: Recent[NDArray[np.intp]] = Recent(MASKS_KEPT)
        self.usual: Recent[np.float64] = Recent(USUAL_KEPT)
        self.parts = PartLikelihood(self.likelihood)
        vertebral = frozenset(i for i, cause in enumerate(self.model.causes) if cause.place == "vertebra")
        self.targets = Targets(self.model.scenarios, vertebral)
        self._labels: tuple[str, ...] | None = None
        self._priors: Recent[Floats] = Recent(PRIORS_KEPT)

    def __reduce__(self) -> tuple[Any, ...]:
        return _of_model, (self.model,)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, in the order of the posteriors' columns."""
        if self._labels is None:
            self._labels = tuple(self.model.scenarios.labels)
        return self._labels

    @property
    def findings(self) -> dict[str, tuple[str, ...]]:
        """Every finding that can be given as evidence, with its states (the first is the normal one)."""
        return {key: instance.states for key, instance in self.model.instances.items()}

    @property
    def marginal_names(self) -> list[str]:
        """Names of the columns of ``marginals``."""
        return self.targets.names

    def posteriors(self, evidence: Sequence[Mapping[str, Any]], context: Mapping[str, Any] | None = None) -> Floats:
        """P(scenario | evidence, context), shape (cases, scenarios); rows sum to 1.

        Raises ``CaseError`` for an unknown finding, state or context.
        """
        if isinstance(evidence, str | bytes | Mapping) or not isinstance(evidence, Iterable):
            cure = "For one case: [{'slr@left': 'negative'}]."
            raise CaseError("expected a list of cases", field="evidence", given=evidence, cure=cure)
        rows = [self.read(row) for row in evidence]
        parts = []
        for start in range(0, len(rows), CHUNK):
            joint = self.log_joint(rows[start : start + CHUNK], context)
            parts.append(normalise(joint))
        return np.concatenate(parts) if parts else np.zeros((0, len(self.model.scenarios)))

    def marginals(self, evidence: Sequence[Mapping[str, Any]], context: Mapping[str, Any] | None = None) -> Floats:
        """All marginals (causes, cause x place x side, roots x state, cauda equina), shape (cases, names)."""
        return self.targets.all(self.posteriors(evidence, context))

    def read(self, row: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
        """Evidence as likelihood vectors, checked."""
        out: dict[str, tuple[float, ...]] = {}
        if not isinstance(row, Mapping):
            raise CaseError("a case maps findings to their states", field="evidence", given=row)
        for key, value in row.items():
            instance = self.model.instances.get(key)
            if instance is None:
                raise CaseError(
                    "unknown finding", field=str(key), nearest=nearest_match(key, self.model.instances),
                    cure="`foramen findings` lists them all.",
                )  # fmt: skip
            states = instance.states
            if isinstance(value, str):
                if value not in states:
                    raise CaseError(
                        "unknown state", field=key, given=value, allowed=states, nearest=nearest_match(value, states)
                    )
                out[key] = tuple(float(s == value) for s in states)
                continue
            vector = _numbers(value)
            if (
                vector is None
                or vector.shape != (len(states),)
                or not np.isfinite(vector).all()
                or (vector < 0).any()
                or not vector.any()
            ):
                words = f"needs {len(states)} likelihoods >= 0, not all 0"
                raise CaseError(words, field=key, given=value, allowed=states, cure="Or the name of a state.")
            out[key] = tuple(float(x) for x in vector)
        return out

    def contexts(self, context: Mapping[str, Any] | None) -> list[tuple[float, Context]]:
        """(weight, context) of each setting and age band it may be; one where both are known."""
        if context is not None and not isinstance(context, Mapping):
            raise CaseError("the context maps age, sex and setting", field="context", given=context)
        given = {**DEFAULT_CONTEXT, **(context or {})}
        for key in given.keys() - DEFAULT_CONTEXT.keys():
            near = nearest_match(key, DEFAULT_CONTEXT)
            raise CaseError("unknown field", field=f"context.{key}", allowed=tuple(DEFAULT_CONTEXT), nearest=near)
        sex, age, setting = given["sex"], given["age"], given["setting"]
        for name, value, allowed in (("setting", setting, SETTINGS), ("sex", sex, SEXES)):
            if value is not None and value not in allowed:
                near = nearest_match(value, allowed)
                raise CaseError(f"unknown {name}", field=name, given=value, allowed=allowed, nearest=near)
        if age is not None:
            if isinstance(age, bool) or not isinstance(age, Real) or not AGE[0] <= float(age) <= AGE[1]:
                raise CaseError("age must be a number of years from 0 to 120", field="age", given=age)
            age = float(age)
        given_settings = (
            [(1.0, setting)] if setting else [(self.model.knowledge.settings[s].unstated.total, s) for s in SETTINGS]
        )
        sum_of = sum(weight for weight, _ in given_settings)
        return [(w / sum_of * part, at) for w, name in given_settings for part, at in self._at_ages(name, age, sex)]

    def _at_ages(self, setting: str, age: float | None, sex: str | None) -> list[tuple[float, Context]]:
        if age is not None:
            return [(1.0, Context(setting, AGE_BANDS.index(age_band(age)), sex, *neighbouring_band(age)))]
        ages = self.model.knowledge.settings[setting].ages.p
        shares = [max(1 - sum(ages), 1e-6), *ages]
        return [(w, Context(setting, band, sex)) for band, w in enumerate(shares)]

    def band(self, context: Mapping[str, Any] | None) -> int:
        """The age band that weighs most: an index into ``anatomy.AGE_BANDS``."""
        weights = np.zeros(len(AGE_BANDS))
        for weight, at in self.contexts(context):
            weights[at.band] += weight
        return int(weights.argmax())

    def band_priors(self, context: Mapping[str, Any] | None) -> list[tuple[int, Floats]]:
        """(age band, (scenarios,) log of the band's weight times its prior): findings depend on the band alone."""
        return [(band, log_sum([np.log(w) + self.prior(at) for w, at in group]))
                for band, group in by_band(self.contexts(context))]  # fmt: skip

    def prior(self, context: Context) -> Floats:
        """(scenarios,) log prior of a context: kept for the next case, so that nobody can write into it."""
        return self._priors.get(context, lambda: _fixed(self.model.prior(self.model.parameters.base, context)[0]))

    def log_joint(self, rows: Sequence[Evidence], context: Mapping[str, Any] | None = None) -> Floats:
        """(cases, scenarios) log P(scenario, evidence | context)."""
        return log_sum([prior[None, :] + self.likelihood(rows, band) for band, prior in self.band_priors(context)])


def by_band(contexts: Iterable[tuple[float, Context]]) -> list[tuple[int, list[tuple[float, Context]]]]:
    """Weighted contexts by age band, bands in order."""
    groups: dict[int, list[tuple[float, Context]]] = {}
    for weight, at in contexts:
        groups.setdefault(at.band, []).append((weight, at))
    return sorted(groups.items())


def log_sum(logs: Sequence[Floats]) -> Floats:
    """Log of the sum of what is given as logs."""
    total = logs[0]
    for log in logs[1:]:
        total = np.logaddexp(total, log)
    return total


def _of_model(model: Model) -> Engine:
    return Engine(model=model)


def _numbers(value: Any) -> Floats | None:
    """An array of numbers; None where it is none."""
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None


def _fixed(values: Floats) -> Floats:
    values.flags.writeable = False
    return values


def ranked(p: Floats, most: int | None = None) -> NDArray[np.intp]:
    """Indices by falling probability, the first ``most``. What differs by rounding alone (mirrored sides) keeps its
    order."""
    short = p.astype(np.float32)
    if most is None or most >= len(p):
        return np.argsort(-short, kind="stable")
    chosen = np.flatnonzero(short >= np.partition(short, -most)[-most])  # sorting all of them takes ten times as long
    return chosen[np.argsort(-short[chosen], kind="stable")][:most]


def normalise(joint: Floats) -> Floats:
    """Rows of probabilities from rows of log weights."""
    p = np.exp(joint - joint.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return p
