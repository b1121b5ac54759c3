"""Sums over scenarios that answer questions: causes, places, roots, cauda equina."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import LESION_SIDES, LEVELS, ROOT_STATES, ROOTS, SIDES, VERTEBRAE
from foramen.model.parameters import Floats
from foramen.model.rows import unique_rows
from foramen.model.scenarios import Scenarios


class Targets:
    """Names of all marginals and the projection from scenario probabilities to them."""

    def __init__(self, scenarios: Scenarios, vertebral: frozenset[int] = frozenset()) -> None:
        """``vertebral``: indices of the causes whose place is a vertebra rather than a level."""
        self.scenarios, self.vertebral = scenarios, vertebral
        keys = np.stack([scenarios.lead, scenarios.place, scenarios.side], axis=1)
        self.places, self.place_index = unique_rows(keys)
        self._order = np.argsort(self.place_index, kind="stable")
        self._starts = np.searchsorted(self.place_index[self._order], np.arange(len(self.places)))

    @cached_property
    def second_index(self) -> NDArray[np.intp]:
        """(scenarios,) index into ``places`` of the second level of a lesion of two levels, else -1."""
        s = self.scenarios
        index = {tuple(key): k for k, key in enumerate(self.places.tolist())}
        found = np.full(len(s), -1, dtype=np.intp)
        for i in np.flatnonzero(s.second >= 0):
            found[i] = index.get((int(s.lead[i]), int(s.second[i]), int(s.side[i])), -1)
        return found

    @cached_property
    def _two_level(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        rows = np.flatnonzero(self.second_index >= 0)
        return rows, self.second_index[rows]

    @cached_property
    def place_names(self) -> list[str]:
        return [
            "/".join([self.scenarios.causes[lead], self.place_name(place, lead), LESION_SIDES[side]])
            for lead, place, side in self.places
        ]

    def place_name(self, place: int, lead: int) -> str:
        """Level or vertebra of a place index; empty where the lesion has no spinal place."""
        if place < 0:
            return ""
        if place >= len(LEVELS):
            return "sacrum"
        return (VERTEBRAE if lead in self.vertebral else LEVELS)[place]

    @cached_property
    def other_names(self) -> list[str]:
        roots = [f"root:{root}/{side}/{state}" for side in SIDES for root in ROOTS for state in ROOT_STATES[1:]]
        return [*roots, "cauda:incomplete", "cauda:complete", "no_root_affected"]

    @cached_property
    def _others(self) -> Floats:
        s = self.scenarios
        columns = [s.roots[:, i, r] == code for i in range(2) for r in range(len(ROOTS)) for code in (1, 2, 3)]
        columns += [s.cauda == 1, s.cauda == 2, (s.roots.max(axis=(1, 2)) == 0) & (s.cauda == 0)]
        return np.stack(columns, axis=1).astype(float)

    @cached_property
    def _cause_of_place(self) -> Floats:
        return (self.places[:, :1] == np.arange(len(self.scenarios.causes))[None, :]).astype(float)

    @cached_property
    def _counted(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Lead, companion (+ 1) and place of each scenario, in the type that ``np.bincount`` takes without a copy."""
        s = self.scenarios
        return s.lead.astype(np.intp), s.companion.astype(np.intp) + 1, self.place_index.astype(np.intp)

    @cached_property
    def _accounts(self) -> tuple[Floats, NDArray[np.intp]]:
        """Distinct rows of ``_others`` and the row of each scenario: few accounts of roots and cauda equina differ."""
        s = self.scenarios
        kinds, index = unique_rows(np.concatenate([s.roots.reshape(len(s), -1), s.cauda[:, None]], axis=1))
        some = np.empty(len(kinds), dtype=np.intp)
        some[index] = np.arange(len(s))
        return self._others[some], index.astype(np.intp)

    def of_one(self, p: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """One posterior's sums over causes, companions, places, and as ``others``.

        A lesion of two levels counts at both, unlike in ``at_places``, whose places sum to the cause.
        """
        (lead, companion, place), rows = self._counted, self._accounts
        count = len(self.scenarios.causes)
        causes = np.bincount(lead, weights=p, minlength=count)
        companions = np.bincount(companion, weights=p, minlength=count + 1)[1:]
        places = np.bincount(place, weights=p, minlength=len(self.places))
        both, second = self._two_level
        places = places + np.bincount(second, weights=p[both], minlength=len(self.places))
        others = np.bincount(rows[1], weights=p, minlength=len(rows[0])) @ rows[0]
        return causes.astype(float), companions.astype(float), places.astype(float), others

    @cached_property
    def _led(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Scenarios in the order of the cause that leads them, and where each cause begins and the last one ends."""
        lead = self.scenarios.lead
        order = np.argsort(lead, kind="stable").astype(np.intp)
        return order, np.searchsorted(lead[order], np.arange(len(self.scenarios.causes) + 1))

    def likeliest_cauda(self, p: Floats) -> int:
        """Index of the likeliest scenario with the cauda equina affected, of (scenarios,) probabilities."""
        at = 3 * 2 * len(ROOTS)
        return int(np.argmax(p * self._others[:, at : at + 2].any(axis=1)))

    def likeliest(self, p: Floats, causes: Iterable[int]) -> NDArray[np.intp]:
        """The likeliest scenario that each of these causes leads, for one posterior (scenarios,)."""
        order, starts = self._led
        sorted_p = p[order].astype(np.float32)  # what differs by rounding alone keeps its order
        spans = [(starts[c], starts[c + 1]) for c in causes]
        return np.array([order[a + np.argmax(sorted_p[a:b])] for a, b in spans if b > a], dtype=np.intp)

    @cached_property
    def companion(self) -> Floats:
        """(scenarios, causes): 1 where the cause is the companion."""
        return (self.scenarios.companion[:, None] == np.arange(len(self.scenarios.causes))[None, :]).astype(float)

    @property
    def names(self) -> list[str]:
        """Names of all marginals, in order."""
        return [*(f"cause:{c}" for c in self.scenarios.causes), *self.place_names, *self.other_names]

    def at_places(self, p: Floats) -> Floats:
        """(batch, places): P(lead cause at a place and side)."""
        return np.add.reduceat(np.take(p, self._order, axis=1), self._starts, axis=1)

    def causes_of(self, at_places: Floats) -> Floats:
        """(batch, causes) from the marginals over places."""
        return at_places @ self._cause_of_place

    def others(self, p: Floats) -> Floats:
        """(batch, roots x states + cauda + none), in the order of ``other_names``."""
        return p @ self._others

    def all(self, p: Floats) -> Floats:
        """(batch, names): every marginal."""
        at = self.at_places(p)
        return np.concatenate([self.causes_of(at), at, self.others(p)], axis=1)
