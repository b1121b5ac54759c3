"""The compiled model: scenarios, finding instances, groups and level findings, for any draws and context."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from foramen.anatomy import LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.knowledge.loader import load_knowledge
from foramen.knowledge.schema import Finding, Knowledge
from foramen.model.groups import GroupTables, build_groups
from foramen.model.kept import kept_scenarios, log_prior
from foramen.model.levels import Levels, LevelTables
from foramen.model.parameters import Floats, Parameters
from foramen.model.priors import Context, PriorTable
from foramen.model.tables import Instance, TableBuilder


def instances_of(finding: Finding) -> list[Instance]:
    """All places a finding can be observed at."""
    match finding.site:
        case "side":
            return [Instance(f"{finding.id}@{side}", finding, side=s) for s, side in enumerate(SIDES)]
        case "level":
            return [Instance(f"{finding.id}@{lv}", finding, place=i) for i, lv in enumerate(LEVELS)]
        case "vertebra":
            return [Instance(f"{finding.id}@{v}", finding, place=i) for i, v in enumerate(VERTEBRAE)]
        case "level_side":
            return [
                Instance(f"{finding.id}@{lv}/{side}", finding, side=s, place=i)
                for i, lv in enumerate(LEVELS)
                for s, side in enumerate(SIDES)
            ]
        case "root_side":
            return [
                Instance(f"{finding.id}@{root}/{side}", finding, side=s, root=r)
                for r, root in enumerate(ROOTS)
                for s, side in enumerate(SIDES)
            ]
    return [Instance(finding.id, finding)]


class Model:
    """Everything inference needs; knows nothing of patients.

    ``prior(theta, context)`` gives (draws, scenarios) log probabilities, normalised.

    ``pruned``: rare scenarios are left out. ``all_pairs``: none are, and every lead has every common companion.
    """

    def __init__(self, knowledge: Knowledge, *, pruned: bool = True, all_pairs: bool = False) -> None:
        self.knowledge, self._kind = knowledge, {"pruned": pruned, "all_pairs": all_pairs}
        self.parameters = Parameters(knowledge)
        self.priors = PriorTable(knowledge, self.parameters)
        kept = kept_scenarios(knowledge, self.priors, self.parameters.base, **self._kind)
        self.scenarios, self.mass_left_out, self.generated = kept.scenarios, kept.mass_left_out, kept.generated
        found = [i for f in knowledge.findings.values() for i in instances_of(f)]
        self.instances: dict[str, Instance] = {i.id: i for i in found}
        at_level = [i for i in found if i.place >= 0]
        self.levels = Levels(knowledge, self.scenarios, at_level)
        self.groups = build_groups(knowledge, self.scenarios, [i for i in found if i.place < 0])
        self.causes = tuple(knowledge.causes.values())
        self.builder = TableBuilder(knowledge, self.parameters)
        self.group_tables = GroupTables(self.builder, self.parameters)
        self.level_tables = LevelTables(self.levels, self.parameters)
        self.group_of = {m.id: g for g, group in enumerate(self.groups) for m in group.members}

    def __reduce__(self) -> tuple[Any, ...]:
        if default_model.cache_info().currsize and self is default_model():
            return default_model, ()
        return _of_knowledge, (self.knowledge, self._kind)

    def prior(self, theta: Floats, context: Context) -> Floats:
        """(draws, scenarios) log prior, normalised over the scenarios kept."""
        raw = log_prior(self.priors, self.scenarios, theta, context)
        top = raw.max(axis=1, keepdims=True)
        return raw - top - np.log(np.exp(raw - top).sum(axis=1, keepdims=True))


def _of_knowledge(knowledge: Knowledge, kind: dict[str, bool]) -> Model:
    return Model(knowledge, **kind)


@lru_cache(maxsize=1)
def default_model() -> Model:
    """The model of the shipped knowledge, built once per process."""
    return Model(load_knowledge())
