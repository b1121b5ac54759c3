"""Imaging by level: what an active lesion shows, on top of a structural state that may be silent.

For level l with local lesion profile a (none, or a cause with zone, side and companion) and structure z:
P(findings at l | a, d) = sum_z P(z | a, d) prod_f P(f | a, z), with d the person's overall degeneration,
shared by all levels and summed out, and a shift of vertebral numbering by one, summed out as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import LESION_SIDES, LEVELS, ZONES
from foramen.knowledge.numbers import Number
from foramen.knowledge.schema import Cause, Knowledge
from foramen.model.parameters import FLOOR, Floats, Parameters
from foramen.model.rows import unique_rows
from foramen.model.scenarios import BILATERAL, CENTRAL, SACRUM, Scenarios
from foramen.model.tables import Instance, Ints, cumulative, lookup, states_from_cumulative

SHIFTS = (0, -1, 1)  # offset of the level as reported from the true one
STRUCTURE = 3  # preserved, moderate, severe


@dataclass(frozen=True, slots=True)
class Profile:
    """What is active at a level. lead -1: nothing."""

    lead: int = -1
    zone: int = 0
    side: int = CENTRAL
    companion: int = -1


class Levels:
    """Signatures of the level findings: profiles, and configurations (profile, place, second place)."""

    def __init__(self, knowledge: Knowledge, scenarios: Scenarios, instances: Sequence[Instance]) -> None:
        self.knowledge = knowledge
        self.members = tuple(instances)
        structural = np.array([knowledge.causes[c].place in ("level", "vertebra") for c in scenarios.causes])
        here = (scenarios.place >= 0) & (scenarios.place != SACRUM) & structural[scenarios.lead]
        paired = (scenarios.companion >= 0) & structural[scenarios.companion]
        keys = np.stack(
            [
                np.where(here, scenarios.lead, -1),
                np.where(here, scenarios.zone, 0),
                np.where(here, scenarios.side, CENTRAL),
                np.where(here & paired, scenarios.companion, -1),
            ],
            axis=1,
        )
        unique, index = unique_rows(keys)
        self.used = np.arange(len(unique))  # where the profiles stand among those of the whole model
        if unique[0, 0] != -1:
            raise ValueError("the scenarios lack one without a lesion at a level")
        self.profiles = [Profile(*map(int, row)) for row in unique]
        place = np.where(here, scenarios.place, -1)
        config = np.stack([index.reshape(-1), place, np.where(here, scenarios.second, -1)], axis=1)
        self.configs, where = unique_rows(config)
        self.index: Ints = where.reshape(-1).astype(np.int32)

    def subset(self, configs: NDArray[np.intp]) -> Levels:
        """The same for some configurations only, with the profiles these need (and the empty one)."""
        small = object.__new__(Levels)
        rows = self.configs[configs]
        used, renamed = np.unique(np.concatenate([[0], rows[:, 0]]), return_inverse=True)
        small.used = used
        small.knowledge, small.members = self.knowledge, self.members
        small.profiles = [self.profiles[i] for i in used]
        small.configs = np.concatenate([renamed.reshape(-1)[1:, None], rows[:, 1:]], axis=1)
        small.index = np.arange(len(configs), dtype=np.int32)
        return small


class LevelTables:
    """Tables of level findings for given draws."""

    def __init__(self, levels: Levels, parameters: Parameters) -> None:
        self.levels, self.parameters = levels, parameters
        self.knowledge = levels.knowledge
        self.causes = tuple(self.knowledge.causes.values())
        self._solved: dict[tuple[str, int], float] = {}
        self._listed: dict[tuple[str, int], list[tuple[int, Number]]] = {}
        self._touched: dict[tuple[str, int], tuple[NDArray[np.intp], NDArray[np.bool_]]] = {}

    def subset(self, levels: Levels) -> LevelTables:
        """Tables of the same knowledge for a subset of profiles; what was solved stays solved."""
        small = LevelTables(levels, self.parameters)
        small._solved = self._solved
        return small

    def person(self, theta: Floats, band: int) -> Floats:
        """(draws, 3): P(overall degeneration | age)."""
        p = self.parameters.values(theta, self.knowledge.structure.degeneration[band])
        return np.concatenate([np.maximum(1 - p.sum(axis=1, keepdims=True), FLOOR), p], axis=1)

    def structure(self, theta: Floats, level: int) -> Floats:
        """(draws, person 3, profiles, structure 3): P(structure at the level | person, active lesion)."""
        numbers = self.knowledge.structure.given_degeneration[LEVELS[level]]
        silent = np.stack([self._three(theta, n) for n in numbers], axis=1)
        out = np.repeat(silent[:, :, None, :], len(self.levels.profiles), axis=2)
        given = dict(self.knowledge.structure.given_lesion)
        leads = np.array([profile.lead for profile in self.levels.profiles])
        for lead in sorted({profile.lead for profile in self.levels.profiles} - {-1}):
            number = lookup(given, self.causes[lead])
            if number is not None:
                out[:, :, leads == lead] = self._three(theta, number)[:, None, None, :]
        return out

    def _three(self, theta: Floats, number: object) -> Floats:
        p = self.parameters.values(theta, number)  # type: ignore[arg-type]
        rest = np.maximum(1 - p.sum(axis=1, keepdims=True), FLOOR)
        return np.concatenate([rest, p], axis=1) / (rest + p.sum(axis=1, keepdims=True))

    def shift(self, theta: Floats) -> Floats:
        """(draws, 3): P(numbering as it is, one level too high, one too low)."""
        p = self.parameters.values(theta, self.knowledge.structure.numbering_shift)
        return np.concatenate([np.maximum(1 - p.sum(axis=1, keepdims=True), FLOOR), p], axis=1)

    def member(self, theta: Floats, instance: Instance, band: int) -> Floats:
        """(draws, profiles, structure 3, states) for one level finding."""
        silent = self.silent(theta, instance, band)
        active = self.active(theta, instance)
        f = cumulative(silent)[:, None] * cumulative(active)[:, :, None]
        for a, profile in enumerate(self.levels.profiles):
            if profile.lead >= 0 and (number := self.instead(instance, profile)):
                # where this lesion is, the finding has its own probability and no silent one besides
                f[:, a] = cumulative(self.parameters.values(theta, number))[:, None]
        return states_from_cumulative(f)

    def active(self, theta: Floats, instance: Instance) -> Floats:
        """(draws, profiles, states - 1): P(abnormal states | active lesion at this level), no lesion: 0."""
        finding = instance.finding
        width = len(finding.states) - 1
        out = np.zeros((len(theta), len(self.levels.profiles), width))
        for a, number in self._given(instance):
            p = self.parameters.values(theta, number)
            out[:, a] = 1 - (1 - out[:, a]) * (1 - p) if width == 1 else np.maximum(out[:, a], p)
        return out

    def _given(self, instance: Instance) -> list[tuple[int, Number]]:
        """(profile, number) for every profile in which an active lesion has a number for the finding."""
        key = (instance.finding.id, instance.side)
        if key not in self._listed:
            given = dict(instance.finding.given)
            known: dict[tuple[str, str], Number | None] = {}

            def find(cause: Cause, zone: str) -> Number | None:
                if (cause.id, zone) not in known:
                    known[cause.id, zone] = lookup(given, cause, zone)
                return known[cause.id, zone]

            self._listed[key] = [
                (a, number)
                for a, profile in enumerate(self.levels.profiles)
                for cause, zone, side in self._acting(profile)
                if instance.side < 0 or side in (instance.side, BILATERAL, CENTRAL)
                if (number := find(cause, zone)) is not None
            ]
        return self._listed[key]

    def touched(self, instance: Instance) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Profiles in which the finding is not as without a lesion; for that and each of them, whether it has its own
        probability there and no silent one besides."""
        key = (instance.finding.id, instance.side)
        if key not in self._touched:
            own = [a for a, p in enumerate(self.levels.profiles) if p.lead >= 0 and self.instead(instance, p)]
            rows = np.array(sorted({a for a, _ in self._given(instance)} | set(own)), dtype=np.intp)
            self._touched[key] = rows, np.concatenate([[False], np.isin(rows, own)])
        return self._touched[key]

    def instead(self, instance: Instance, profile: Profile) -> Number | None:
        return instance.finding.instead.get(self.causes[profile.lead].id)

    def _acting(self, profile: Profile) -> list[tuple[Cause, str, int]]:
        found = []
        if profile.lead >= 0:
            found.append((self.causes[profile.lead], ZONES[profile.zone], profile.side))
        if profile.companion >= 0:
            found.append((self.causes[profile.companion], "any", BILATERAL))
        return found

    def silent(self, theta: Floats, instance: Instance, band: int) -> Floats:
        """(draws, structure 3, states - 1): P(abnormal states | no lesion here, structure)."""
        finding = instance.finding
        spec = finding.silent
        if spec is None:
            number = (finding.background or ())[band]
            return np.repeat(self.parameters.values(theta, number)[:, None, :], STRUCTURE, axis=1)
        base = self._solve(instance, band)
        target = self.parameters.values(theta, spec.per_person[band])[:, 0]
        published = spec.per_person[band].total
        # a draw of the prevalence moves the solved odds by the same factor (exact only for rare findings)
        factor = _odds(target) / max(float(_odds(np.array(published))), FLOOR)
        weight = spec.level_weight.get(LEVELS[instance.place], 1.0)
        odds = (base * factor * weight)[:, None] * np.array(spec.follows_degeneration)[None, :]
        p = odds / (1 + odds)
        return p[:, :, None] * np.array(spec.split)[None, None, :]

    def _solve(self, instance: Instance, band: int) -> float:
        """Base odds with which P(finding at one level or more, either side) equals the published prevalence."""
        finding = instance.finding
        key = (finding.id, band)
        if key not in self._solved:
            spec = finding.silent
            assert spec is not None
            target = min(spec.per_person[band].total, 0.995)
            base = self.parameters.base
            person = self.person(base, band)[0]
            levels = range(len(LEVELS))
            structure = np.stack([self.structure(base, lv)[0, :, 0] for lv in levels])
            weight = np.array([spec.level_weight.get(LEVELS[lv], 1.0) for lv in levels])
            ratio = np.array(spec.follows_degeneration)
            sides = 2 if finding.site == "level_side" else 1
            low, high = -14.0, 8.0
            for _ in range(50):
                middle = (low + high) / 2
                odds = np.exp(middle) * weight[:, None] * ratio[None, :]
                none = (1 / (1 + odds)) ** sides
                spared = np.einsum("ldz,lz->ld", structure, none).prod(axis=0)
                low, high = (middle, high) if 1 - person @ spared < target else (low, middle)
            self._solved[key] = float(np.exp((low + high) / 2))
        return self._solved[key]


def active_rows(tables: LevelTables, theta: Floats, instance: Instance) -> Floats:
    """(rows, states - 1, draws) P(state <= k) by the active lesion alone: without one, then the profiles touched."""
    touched, replaced = tables.touched(instance)
    f = cumulative(tables.active(theta, instance)[:, np.concatenate([[0], touched])])
    for row in np.flatnonzero(replaced):
        profile = tables.levels.profiles[touched[row - 1]]
        number = tables.instead(instance, profile)
        assert number is not None
        f[:, row] = cumulative(tables.parameters.values(theta, number))
    return f.transpose(1, 2, 0).copy()


def _odds(p: Floats) -> Floats:
    safe = np.clip(p, FLOOR, 1 - FLOOR)
    return safe / (1 - safe)


def combine_by_shift(levels: Levels, at_level: Sequence[Floats], person: Floats, shift: Floats) -> list[Floats]:
    """Per numbering shift (none, one too high, one too low): (N, configurations) log-likelihood.

    ``at_level``: per level (N, person 3, profiles). ``person``, ``shift``: log probabilities, (N or 1, 3).
    """
    base = np.sum([r[:, :, 0] for r in at_level], axis=0)
    stacked = np.stack(at_level, axis=0)
    delta = stacked - stacked[:, :, :, :1]
    profile, place, second = levels.configs.T
    out = []
    for column, offset in enumerate(SHIFTS):
        gathered = np.broadcast_to(base[:, :, None], (*base.shape, len(profile))).copy()
        for where in (place, second):
            seen = where + offset
            ok = (where >= 0) & (seen >= 0) & (seen < len(LEVELS))
            if ok.any():
                gathered[:, :, ok] += delta[seen[ok], :, :, profile[ok]].transpose(1, 2, 0)
        out.append(logsumexp(gathered + person[:, :, None], axis=1) + shift[:, column : column + 1])
    return out


def combine(levels: Levels, at_level: Sequence[Floats], person: Floats, shift: Floats) -> Floats:
    """(N, configurations) log-likelihood, the numbering shift summed out."""
    parts = combine_by_shift(levels, at_level, person, shift)
    return np.logaddexp(np.logaddexp(parts[0], parts[1]), parts[2])


def logsumexp(x: Floats, axis: int) -> Floats:
    """Stable log of a sum of exponentials along one axis."""
    top = x.max(axis=axis, keepdims=True)
    return np.squeeze(top, axis=axis) + np.log(np.exp(x - top).sum(axis=axis))


__all__ = ["LESION_SIDES", "LevelTables", "Levels", "Profile", "combine", "logsumexp"]
