"""P(state of a finding | scenario signature): noisy-MAX over roots, lead process, companion and leak.

Tables have shape (draws, signatures, states). Cumulative form: with F_j(k) = P(cause j alone yields a state
<= k), independent causes give F(k) = product of F_j(k) (noisy-OR for two states; Diez 1993, UAI, for more).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import CAUDA_STATES, ROOTS
from foramen.knowledge.numbers import Number
from foramen.knowledge.parse_findings import LATERAL
from foramen.knowledge.schema import ByAge, Cause, Finding, Knowledge
from foramen.model.expression import PLAIN, Latent, RootTilt, Spread
from foramen.model.parameters import FLOOR, Floats, Parameters
from foramen.model.rows import unique_rows

Ints = NDArray[np.int32]
UNKNOWN = "none_of_these"
ROOT_SIGNS = ("irritated", "conduction_loss")  # tables of a root's signs, by the state that shows them


@dataclass(frozen=True, slots=True)
class Instance:
    """A finding at a place: ``slr@left``, ``img_listhesis@L4-L5``, ``edx_root@L5/left``, ``fever_reported``."""

    id: str
    finding: Finding
    side: int = -1
    place: int = -1
    root: int = -1

    @property
    def states(self) -> tuple[str, ...]:
        return self.finding.states


@dataclass(frozen=True, slots=True)
class Signature:
    """What a group's tables depend on, per signature u: roots (U, 6), lead and companion (U,), cauda (U,).

    Cause indices equal to the number of causes mean "does not apply here".
    """

    roots: Ints
    lead: Ints
    companion: Ints
    cauda: Ints


def unique_signature(roots: Ints, lead: Ints, companion: Ints, cauda: Ints) -> tuple[Signature, Ints]:
    keys = np.concatenate([roots, lead[:, None], companion[:, None], cauda[:, None]], axis=1)
    unique, index = unique_rows(keys)
    n = roots.shape[1]
    return (
        Signature(unique[:, :n], unique[:, n], unique[:, n + 1], unique[:, n + 2]),
        index,
    )


def lookup(given: dict[str, Number], cause: Cause, zone: str = "") -> Number | None:
    """The number for a cause: its own by zone, its own, else the first of its groups that is listed."""
    keys = [f"{cause.id}/{zone}"] if zone else []
    keys += [cause.id, *("@" + g for g in cause.groups)]
    return next((given[k] for k in keys if k in given), None)


def shows_loss(irritated: Number | None, lost: Number | None) -> bool:
    """Whether a sign belongs to lost conduction rather than to irritation of a root: pain does not."""
    return lost is not None and (irritated is None or lost.total > irritated.total)


def cumulative(p: Floats) -> Floats:
    """From P(abnormal states) (..., K-1) to P(state <= k) for k = 0..K-2, same shape."""
    tail = np.cumsum(p[..., ::-1], axis=-1)[..., ::-1]
    return np.clip(1.0 - tail, 0.0, 1.0)


def states_from_cumulative(f: Floats) -> Floats:
    """From P(state <= k), k = 0..K-2, to P(state), clipped to [1e-6, 1 - 1e-6] and normalised."""
    full = np.concatenate([np.zeros((*f.shape[:-1], 1)), f, np.ones((*f.shape[:-1], 1))], axis=-1)
    p = np.clip(np.diff(full, axis=-1), FLOOR, 1 - FLOOR)
    return p / p.sum(axis=-1, keepdims=True)


class TableBuilder:
    """Builds tables of findings for any draws of the numbers."""

    def __init__(self, knowledge: Knowledge, parameters: Parameters) -> None:
        self.knowledge, self.parameters = knowledge, parameters
        self.causes = tuple(knowledge.causes.values())
        self._listed: dict[str, list[tuple[int, Number]]] = {}
        self._index = {cause.id: i for i, cause in enumerate(self.causes)}
        shares = np.array([c.share["primary_care"][2].total * (c.id != UNKNOWN) for c in self.causes])
        self._shares = shares / shares.sum()
        self._factored = {finding for c in self.causes for finding in c.root_sign_factor}
        self._states: dict[tuple[bytes, ...], tuple[Signature, Ints]] = {}
        self._tied_by: dict[Spread, NDArray[np.bool_]] = {}
        self._unknown = next((i for i, c in enumerate(self.causes) if c.id == UNKNOWN), None)

    def background(self, theta: Floats, by_age: ByAge | None, band: int, width: int) -> Floats:
        if by_age is None:
            return np.zeros((len(theta), width))
        return self.parameters.values(theta, by_age[band])

    def _given(self, finding: Finding) -> list[tuple[int, Number]]:
        """(cause index, number) of every cause the finding lists, by itself or through a group."""
        if finding.id not in self._listed:
            given = dict(finding.given)
            named = [key for key in given if key[0] == "@"]
            among = self.causes if named else [c for c in self.causes if c.id in given]
            found = ((self._index[cause.id], lookup(given, cause)) for cause in among)
            self._listed[finding.id] = [(i, number) for i, number in found if number is not None]
        return self._listed[finding.id]

    def by_cause(self, theta: Floats, finding: Finding, default: Floats | None = None) -> Floats:
        """(draws, causes + 1, states - 1): P(abnormal states | cause); the last row is "no cause"."""
        width = len(finding.states) - 1
        out = np.zeros((len(theta), len(self.causes) + 1, width))
        if default is not None:
            out[:] = default[:, None, :]
        for i, number in self._given(finding):
            out[:, i] = self.parameters.values(theta, number)
        if self._unknown is not None:
            # a cause this model does not know shows what consulters at large show
            out[:, self._unknown] = np.einsum("c,dcw->dw", self._shares, out[:, : len(self.causes)])
        return out

    def table(self, theta: Floats, instance: Instance, signature: Signature, band: int) -> Floats:
        """(draws, U, states) for one finding instance."""
        finding = instance.finding
        if finding.kind == "sign":
            return self.sign(theta, instance, signature, band, [PLAIN])[:, 0]
        if finding.kind == "lateral":
            by_place = self.parameters.matrix(theta, [finding.lateral[where] for where in LATERAL])
            return states_from_cumulative(cumulative(by_place[:, signature.cauda, None]))
        leak = self.background(theta, finding.background, band, len(finding.states) - 1)
        if finding.kind == "risk_factor":
            return states_from_cumulative(cumulative(self._risk(theta, finding, leak, signature)))
        p = self.by_cause(theta, finding, leak)[:, signature.lead]
        replacing = self.knowledge.cauda_lead.get(finding.id)
        if replacing and instance.side < 0:
            # how a compressed cauda equina unfolds does not depend on what compresses it
            own = self.parameters.values(theta, replacing)[:, None, :]
            p = np.where((signature.cauda > 0)[None, :, None], own, p)
        return states_from_cumulative(cumulative(p))

    def sign(
        self, theta: Floats, instance: Instance, signature: Signature, band: int, latents: Sequence[Latent]
    ) -> Floats:
        """(draws, latents, U, states) for a sign under each latent state of its group."""
        spared = self.spared(theta, instance, signature, latents)
        roots: dict[RootTilt, Floats] = {}
        out = []
        for common, latent, own in zip(spared, latents, self.own(theta, instance.finding, band, latents), strict=True):
            if latent.root_tilt not in roots:
                roots[latent.root_tilt] = self.root_part(theta, instance, signature, latent.root_tilt)
            out.append(own[:, None, :] * (common * roots[latent.root_tilt]))
        return states_from_cumulative(np.stack(out, axis=1))

    def own(self, theta: Floats, finding: Finding, band: int, latents: Sequence[Latent]) -> list[Floats]:
        """Per latent state: (draws, states - 1) P(state <= k) of the leak alone."""
        leak = self.background(theta, finding.background, band, len(finding.states) - 1)
        out = []
        for latent in latents:
            own = np.minimum(leak * latent.leak_tilt, 0.98)
            if latent.extra_leak:
                # what turns each abnormal state out of what is left normal
                own = own + np.array(latent.extra_leak) * (1.0 - own.sum(axis=-1, keepdims=True))
            out.append(cumulative(own))
        return out

    def spared(
        self, theta: Floats, instance: Instance, signature: Signature, latents: Sequence[Latent]
    ) -> list[Floats]:
        """Per latent state: (draws, U, states - 1) P(state <= k) as far as lead, companion and cauda equina go.

        Latent states that do not differ in this share one array.
        """
        finding = instance.finding
        at_most = cumulative(self.by_cause(theta, finding))
        cauda = self._cauda_part(theta, finding)[:, signature.cauda] if self.follows_cauda(instance) else None
        found: dict[int, Floats] = {}
        for latent in latents:
            if latent.degree in found:
                continue
            own = at_most
            if latent.spread is not None:
                tied = self._tied(latent.spread)
                own = np.where(tied[:, None], 1.0 - latent.spread.tail(1.0 - at_most, latent.degree), at_most)
            common = own[:, signature.lead] * own[:, signature.companion]
            found[latent.degree] = common if cauda is None else common * cauda
        return [found[latent.degree] for latent in latents]

    def _tied(self, spread: Spread) -> NDArray[np.bool_]:
        """(causes + 1,) whose own signs come and go together; last: no cause."""
        if spread not in self._tied_by:
            self._tied_by[spread] = np.array([*map(spread.holds_for, self.causes), False])
        return self._tied_by[spread]

    def follows_cauda(self, instance: Instance) -> bool:
        """Whether a sign comes from the cauda equina itself (rather than from roots taken along)."""
        return instance.side < 0 and any(instance.finding.id in table for table in self.knowledge.cauda.values())

    def _risk(self, theta: Floats, finding: Finding, leak: Floats, signature: Signature) -> Floats:
        """Risk factor: P given the lead; a companion adds what it has beyond the background."""
        table = self.by_cause(theta, finding, leak)
        lead = table[:, signature.lead]
        background = leak[:, None, :]
        excess = np.maximum(table[:, signature.companion] - background, 0.0)
        room = np.maximum(1.0 - lead.sum(axis=-1, keepdims=True), 0.0)
        return lead + room * excess / np.maximum(1.0 - background.sum(axis=-1, keepdims=True), FLOOR)

    def signed_roots(self, instance: Instance) -> dict[int, list[Number | None]]:
        """Roots that show a finding, with their numbers when irritated and when conduction is lost."""
        found = {
            r: [self._root_number(instance.finding, name, key, instance) for key in ROOT_SIGNS]
            for r, name in enumerate(ROOTS)
            if instance.root in (-1, r)
        }
        return {r: numbers for r, numbers in found.items() if any(n is not None for n in numbers)}

    def root_part(self, theta: Floats, instance: Instance, signature: Signature, tilt: RootTilt) -> Floats:
        """(draws, U or 1, states - 1): product over roots of P(state <= k | root's state)."""
        finding = instance.finding
        width = len(finding.states) - 1
        signed = self.signed_roots(instance)
        if not signed or tilt.shows_nothing:
            return np.ones((1, 1, width))
        tail = np.zeros((len(theta), len(CAUDA_STATES), len(signed), 4, width))
        denser = self._denser_loss(theta)
        for at, numbers in enumerate(signed.values()):
            for code, number in enumerate(numbers, start=1):
                if number is None:
                    continue
                p = tilt(self.parameters.values(theta, number))
                power = denser if code == 2 and shows_loss(*numbers) else np.ones_like(denser)
                tail[:, :, at, code] = 1.0 - cumulative(p)[:, None, :] ** power
        tail[..., 3, :] = 1.0 - (1.0 - tail[..., 1, :]) * (1.0 - tail[..., 2, :])
        # many signatures show these roots alike: each combination of their states is worked out once
        states, index = self.root_states(instance, signature)
        picked = tail[:, states.cauda[:, None], np.arange(len(signed))[None, :], states.roots[:, list(signed)]]
        if finding.id in self._factored:
            picked = picked * self._sign_factor(theta, finding)[:, states.lead][:, :, None, None]
        return np.prod(1.0 - picked, axis=2)[:, index]

    def root_states(self, instance: Instance, signature: Signature) -> tuple[Signature, Ints]:
        """Signatures as far as the part of the roots tells them apart, and the place of each among them."""
        signed = self.signed_roots(instance)
        shown = np.isin(np.arange(signature.roots.shape[1]), list(signed))
        roots = np.where(shown, signature.roots, 0).astype(np.int32)
        factored = np.array([instance.finding.id in c.root_sign_factor for c in self.causes] + [False])
        lead = np.where(factored[signature.lead] & roots.any(axis=1), signature.lead, len(self.causes))
        cauda = np.where((roots >= 2).any(axis=1), signature.cauda, 0)
        key = (roots.tobytes(), lead.tobytes(), cauda.tobytes())  # many findings are shown by the same roots
        if key not in self._states:
            parts = (roots, lead.astype(np.int32), signature.companion * 0, cauda.astype(np.int32))
            self._states[key] = unique_signature(*parts)
        return self._states[key]

    def _denser_loss(self, theta: Floats) -> Floats:
        """(draws, cauda states, 1): how many times over a root taken along with the cauda equina shows its loss."""
        out = np.ones((len(theta), len(CAUDA_STATES), 1))
        for k, state in enumerate(CAUDA_STATES):
            if number := self.knowledge.cauda_root_loss.get(state):
                out[:, k] = self.parameters.values(theta, number)
        return out

    def _sign_factor(self, theta: Floats, finding: Finding) -> Floats:
        """(draws, causes + 1): how strongly roots affected by each cause show this sign (1 = as in roots/*.yaml)."""
        out = np.ones((len(theta), len(self.causes) + 1))
        for i, cause in enumerate(self.causes):
            if number := cause.root_sign_factor.get(finding.id):
                out[:, i] = self.parameters.values(theta, number)[:, 0]
        return out

    def _root_number(self, finding: Finding, root: str, state: str, instance: Instance) -> Number | None:
        if instance.root >= 0:
            return finding.roots.get(state)
        signs = self.knowledge.roots.get(root)
        return getattr(signs, state).get(finding.id) if signs else None

    def _cauda_part(self, theta: Floats, finding: Finding) -> Floats:
        width = len(finding.states) - 1
        out = np.zeros((len(theta), 3, width))
        for code, state in ((1, "incomplete"), (2, "complete")):
            if number := self.knowledge.cauda[state].get(finding.id):
                out[:, code] = self.parameters.values(theta, number)
        return cumulative(out)
