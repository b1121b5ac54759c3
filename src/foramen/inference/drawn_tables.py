"""What fixed draws of the knowledge's numbers make of each finding: nothing here depends on a case.

A finding's probability is a product of a part from lead, companion and cauda equina, a part from the roots, and its
leak. Each part has few distinct rows (``Relevance``: a finding tells apart its own causes and roots alone) and the
first two depend on no age, so they are kept from case to case; a case multiplies the rows it needs. Draws are the
last axis of every array: a row of draws is then copied in one piece.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foramen.inference.likelihood import IMPOSSIBLE, Vector
from foramen.inference.recent import Recent
from foramen.model.expression import RootTilt
from foramen.model.groups import Group
from foramen.model.levels import active_rows
from foramen.model.model import Model
from foramen.model.parameters import FLOOR, Floats
from foramen.model.priors import Context
from foramen.model.rows import distinct
from foramen.model.signatures import Relevance
from foramen.model.tables import Instance, Signature, cumulative, unique_signature

Index = NDArray[np.integer[Any]]
Said = Sequence[float | Floats]  # likelihood of each state, the same for all draws or (draws,)
USUAL_DRAWS = 80  # for which the following are meant; fewer draws leave room for more finished tables
PARTS_KEPT = 56 * 2**20  # bytes of parts of signs; all signs take 48 MB at 80 draws
TABLES_KEPT = 88 * 2**20  # of finished tables; one takes up to 0.3 MB
PRIORS_KEPT = 36 * 2**20  # of prior terms; a context takes 0.6 MB at 80 draws


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of a sign, each (rows, states - 1, draws) P(state <= k), per latent state.

    ``spared``: by lead, companion and cauda equina; ``roots``: by the roots; ``codes``: (signatures of its group,)
    ``spared`` row x rows of ``roots`` + row there.
    """

    spared: tuple[Floats, ...]
    roots: tuple[Floats, ...]
    codes: Index

    @property
    def nbytes(self) -> int:
        distinct = {id(r): r.nbytes for r in (*self.spared, *self.roots)}
        return sum(distinct.values()) + self.codes.nbytes


class DrawnTables:
    """Tables of findings for fixed draws ``theta`` (draws, numbers), made on first use; the last used are kept."""

    def __init__(self, model: Model, theta: Floats) -> None:
        self.model, self.theta = model, theta
        share = min(len(theta) / USUAL_DRAWS, 1.0)
        parts, priors = int(PARTS_KEPT * share), int(PRIORS_KEPT * share)
        self._parts: Recent[Parts] = Recent(parts)
        self._priors: Recent[Floats] = Recent(priors)
        self._tables: Recent[Floats] = Recent(PARTS_KEPT + TABLES_KEPT + PRIORS_KEPT - parts - priors)
        self._rows: dict[str, tuple[Signature, Index]] = {}
        self._codes: dict[str, tuple[Index, Index]] = {}
        self._at_level: dict[tuple[str, int], Index] = {}

    def prior(self, context: Context) -> Floats:
        """(prior terms, draws) log values."""
        return self._priors.get(context, lambda: _last(self.model.priors.values(self.theta, context)))

    def plain(self, instance_id: str, vector: Vector, band: int) -> tuple[Floats, Index]:
        """(rows, draws) log-likelihood of an observation in a group without latent, and (signatures,) row of each."""
        instance = self.model.instances[instance_id]
        group = self.model.groups[self.model.group_of[instance_id]]
        if instance.finding.kind != "sign":
            table, rows = self._whole(group, instance, band)
            whole = np.moveaxis(table, 2, 0)
            return self._tables.get((instance_id, vector, band), lambda: np.log(_chance(whole, vector)[:, 0])), rows
        parts = self._parts.get(instance_id, lambda: self._parts_of(group, instance))
        if instance_id not in self._codes:
            found, rows = np.unique(parts.codes, return_inverse=True)
            self._codes[instance_id] = found.astype(np.int32), rows.reshape(-1).astype(np.int32)
        codes, rows = self._codes[instance_id]

        def make() -> Floats:
            said = self._said(instance, vector)
            return np.log(self._likelihood(parts, codes, self._own(group, instance, band), said)[:, 0])

        return self._tables.get((instance_id, vector, band), make), rows

    def member(self, instance_id: str, vector: Vector, band: int, signatures: Index) -> Floats:
        """(signatures, latent states, draws) likelihood of an observation for some signatures of its group."""
        instance = self.model.instances[instance_id]
        group = self.model.groups[self.model.group_of[instance_id]]
        if group.kind == "cluster":
            table, rows = self._whole(group, instance, band)
            return _chance(np.moveaxis(table, 2, 0), vector)[rows[signatures]]
        parts = self._parts.get(instance_id, lambda: self._parts_of(group, instance))
        codes, where = distinct(parts.codes[signatures])
        return self._likelihood(parts, codes, self._own(group, instance, band), self._said(instance, vector))[where]

    def _said(self, instance: Instance, vector: Vector) -> Said:
        """Likelihoods of a finding's states; those of X-ray measures are tempered as each draw says: (draws,) each."""
        profile = self.model.knowledge.sagittal
        if profile is None or instance.finding.id != profile.finding:
            return vector
        exponent = self.model.parameters.values(self.theta, profile.exponent)[:, 0]
        return [v ** (exponent / profile.exponent.total) for v in vector]

    def _likelihood(self, parts: Parts, codes: Index, own: Floats, vector: Said) -> Floats:
        """(codes, latent states, draws): the product of the parts, as the likelihood of an observation."""
        row, root_row = np.divmod(codes, len(parts.roots[0]))
        out = np.empty((len(codes), len(parts.roots), len(self.theta)))
        last: tuple[Floats, ...] = ()
        for z, pair in enumerate(zip(parts.spared, parts.roots, strict=True)):
            if not last or pair[0] is not last[0] or pair[1] is not last[1]:
                both = pair[0][row] * pair[1][root_row]
            last = pair
            out[:, z] = _of_states(both * own[z], vector)
        return out

    def _own(self, group: Group, instance: Instance, band: int) -> Floats:
        """(latent states, states - 1, draws) P(state <= k) of the leak."""
        latents = self.model.group_tables.latents(group, instance)

        def make() -> Floats:
            return np.stack([_last(x) for x in self.model.builder.own(self.theta, instance.finding, band, latents)])

        return self._tables.get(("own", instance.finding.id, band), make)

    def _parts_of(self, group: Group, instance: Instance) -> Parts:
        builder, theta = self.model.builder, self.theta
        both = len(group.signatures) == 2  # a group of both sides: a finding depends on its own alone
        own = group.signatures[max(instance.side, 0) if both else 0]
        roots, lead, companion = Relevance(self.model.knowledge, [instance]).apply(own.roots, own.lead, own.companion)
        cauda = own.cauda if builder.follows_cauda(instance) else own.cauda * 0
        of_process, row = unique_signature(roots * 0, lead, companion, cauda)
        of_roots, root_row = builder.root_states(instance, Signature(roots, own.lead, companion, own.cauda))
        by_tilt: dict[RootTilt, Floats] = {}
        latents = self.model.group_tables.latents(group, instance)
        for latent in latents:
            if latent.root_tilt not in by_tilt:
                part = _last(builder.root_part(theta, instance, of_roots, latent.root_tilt))
                by_tilt[latent.root_tilt] = np.broadcast_to(part, (len(of_roots.lead), *part.shape[1:]))
        found = builder.spared(theta, instance, of_process, latents)
        spared = {id(x): _last(x) for x in found}  # latent states that do not differ share one
        tilted = tuple(by_tilt[latent.root_tilt] for latent in latents)
        return Parts(tuple(spared[id(x)] for x in found), tilted, row.astype(np.intp) * len(tilted[0]) + root_row)

    def _whole(self, group: Group, instance: Instance, band: int) -> tuple[Floats, Index]:
        """(rows, latent states, states, draws) of a finding that is no sign, and (signatures,) row of each."""
        if instance.id not in self._rows:
            own = group.signatures[0]
            if group.kind == "cluster" and not instance.finding.given:  # depends on the latent state alone
                small, index = own, np.zeros(group.size, dtype=np.int32)
            else:
                relevance = Relevance(self.model.knowledge, [instance])
                small, index = unique_signature(*relevance.apply(own.roots, own.lead, own.companion), own.cauda)
            self._rows[instance.id] = small, index.astype(np.intp)
        small, rows = self._rows[instance.id]

        def make() -> Floats:
            cut = Group(group.name, group.kind, group.members, group.index, (small,), group.spec)
            table = self.model.group_tables.member(self.theta, cut, instance, band)  # draws, Z, rows, states
            return table.transpose(2, 1, 3, 0).copy()

        return self._tables.get((instance.id, band), make), rows

    def weights(self, group: Group, band: int) -> Floats:
        """(signatures or 1, latent states, draws or 1) P(latent | signature)."""

        def make() -> Floats:
            found = self.model.group_tables.weights(self.theta, group, band)
            return np.maximum(found, FLOOR).transpose(2, 1, 0).copy()

        return self._tables.get(("weights", group.name, band), make)

    def structure(self, level: int) -> Floats:
        """(profiles, person, structure, draws) P(structure at the level | person, active lesion)."""

        def make() -> Floats:
            return self.model.level_tables.structure(self.theta, level).transpose(2, 1, 3, 0).copy()

        return self._tables.get(("structure", level), make)

    def at_level(self, instance_id: str, vector: Vector, band: int, profiles: Index) -> Floats:
        """(profiles, structure, draws) likelihood of an observation at a level for some profiles."""
        instance = self.model.instances[instance_id]
        tables, theta = self.model.level_tables, self.theta
        key = (instance.finding.id, instance.side)
        touched, replaced = tables.touched(instance)
        if key not in self._at_level:
            rows = np.zeros(len(self.model.levels.profiles), dtype=np.intp)
            rows[touched] = np.arange(1, len(touched) + 1)
            self._at_level[key] = rows
        needed, where = distinct(self._at_level[key][profiles])
        active = self._tables.get(("active", *key), lambda: active_rows(tables, theta, instance))
        silent = self._tables.get(
            ("silent", instance_id, band),
            lambda: cumulative(tables.silent(theta, instance, band)).transpose(1, 2, 0).copy(),
        )
        f = silent[None] * active[needed][:, None]
        alone = np.flatnonzero(replaced[needed])
        f[alone] = active[needed[alone]][:, None]
        return _of_states(f, vector)[where]


def _last(x: Floats) -> Floats:
    """Draws from the first axis to the last."""
    return np.ascontiguousarray(np.moveaxis(x, 0, -1))


def _chance(p: Sequence[Floats] | Floats, vector: Said) -> Floats:
    """Likelihood of an observation from P(state), the states first."""
    total = sum(x * v for x, v in zip(p, vector, strict=True) if isinstance(v, np.ndarray) or v)
    return np.maximum(total, IMPOSSIBLE)


def _of_states(f: Floats, vector: Said) -> Floats:
    """Likelihood of an observation from P(state <= k) in the last axis but one (see ``states_from_cumulative``)."""
    if f.shape[-2] == 1 and set(vector) == {0.0, 1.0}:  # one of two states, which sum to 1 as they are
        return _clipped(f[..., 0, :] if vector[0] else 1.0 - f[..., 0, :])
    edges = [f[..., k, :] for k in range(f.shape[-2])]
    steps = [edges[0], *(b - a for a, b in itertools.pairwise(edges)), 1.0 - edges[-1]]
    states = [_clipped(x) for x in steps]
    return _chance(states, vector) / functools.reduce(np.add, states)


def _clipped(p: Floats) -> Floats:
    out = np.maximum(p, FLOOR)
    return np.minimum(out, 1 - FLOOR, out=out)
