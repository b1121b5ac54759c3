"""The engine: exact posteriors over scenarios for one case or many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import AGE_BANDS, SETTINGS, age_band, neighbouring_band
from foramen.errors import KnowledgeError
from foramen.inference.given import read_context, read_row, read_rows
from foramen.inference.likelihood import BatchLikelihood, Evidence, Vector
from foramen.inference.part_likelihood import PartLikelihood
from foramen.inference.recent import Recent
from foramen.inference.targets import Targets
from foramen.knowledge.schema import Knowledge
from foramen.model.model import Model, default_model
from foramen.model.parameters import Floats
from foramen.model.priors import Context

BLOCK = 32  # cases worked on at once: 6 MB an array; more of them take longer, not shorter
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
        """The shipped knowledge unless another is given. Raises ``KnowledgeError`` for what is no ``Knowledge``."""
        if knowledge is not None and not isinstance(knowledge, Knowledge):
            raise KnowledgeError(
                f"an Engine is made of knowledge, not of a {type(knowledge).__name__}: "
                "foramen.Engine(foramen.load_knowledge(folder))"
            )
        self.model = model or (default_model() if knowledge is None else Model(knowledge))
        self.likelihood = BatchLikelihood(self.model)
        # kept for those who ask the engine: masks of culprits and dangers over scenarios, likelihoods of single facts
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

        The answer takes 0.2 MB a case; what is needed beside it does not grow with the cases.
        Raises ``CaseError`` for an unknown finding, state or context, before anything is computed.
        """
        rows = read_rows(evidence, self.model)
        out = np.empty((len(rows), len(self.model.scenarios)))
        for block, joint in self._blocks(rows, context):
            normalise(joint, out=out[block])
        return out

    def marginals(self, evidence: Sequence[Mapping[str, Any]], context: Mapping[str, Any] | None = None) -> Floats:
        """All marginals (causes, cause x place x side, roots x state, cauda equina), shape (cases, names).

        The answer takes 5 kB a case. Raises ``CaseError`` as ``posteriors`` does.
        """
        rows = read_rows(evidence, self.model)
        out = np.empty((len(rows), len(self.marginal_names)))
        for block, joint in self._blocks(rows, context):
            out[block] = self.targets.all(normalise(joint, out=joint))
        return out

    def _blocks(self, rows: Sequence[Evidence], context: Mapping[str, Any] | None) -> Iterator[tuple[slice, Floats]]:
        """(rows, (cases, scenarios) log joint) of few cases at a time: one takes 0.2 MB, several times over."""
        priors = self.band_priors(context)
        for start in range(0, len(rows), BLOCK):
            block = slice(start, start + BLOCK)
            yield block, self._log_joint(rows[block], priors)

    def read(self, row: Mapping[str, Any]) -> dict[str, Vector]:
        """One case as the likelihoods of its findings' states. Raises ``CaseError`` for what cannot be read."""
        return read_row(row, self.model)

    def contexts(self, context: Mapping[str, Any] | None) -> list[tuple[float, Context]]:
        """(weight, context) of each setting and age band it may be, weights summing to 1; one where both are known.

        Raises ``CaseError`` for a context that cannot be read.
        """
        given = read_context(context)
        settings = (
            [(1.0, given["setting"])] if given["setting"]
            else [(self.model.knowledge.settings[s].unstated.total, s) for s in SETTINGS]
        )  # fmt: skip
        total = sum(weight for weight, _ in settings)
        at_ages = [(w / total, self._at_ages(name, given["age"], given["sex"])) for w, name in settings]
        return [(w * part, at) for w, ages in at_ages for part, at in ages]

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
        return self._log_joint(rows, self.band_priors(context))

    def _log_joint(self, rows: Sequence[Evidence], priors: Sequence[tuple[int, Floats]]) -> Floats:
        total: Floats | None = None
        for band, prior in priors:
            joint = self.likelihood(rows, band)
            joint += prior
            total = joint if total is None else np.logaddexp(total, joint, out=total)
        assert total is not None  # there is no context without an age band
        return total


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


def normalise(joint: Floats, out: Floats | None = None) -> Floats:
    """Rows of probabilities from rows of log weights; written into ``out`` (it may be ``joint``) where given."""
    p = np.subtract(joint, joint.max(axis=1, keepdims=True), out=out)
    np.exp(p, out=p)
    p /= p.sum(axis=1, keepdims=True)
    return p
