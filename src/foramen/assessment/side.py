"""On which side the complaint arises: left, right, or both or the midline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import SIDES
from foramen.knowledge.schema import Finding
from foramen.model.model import Model
from foramen.model.signatures import one_sided
from foramen.model.tables import Instance
from foramen.records.statements import Item

SIDE_ANSWERS = (*SIDES, "both or midline")
BOTH = 2


@lru_cache(maxsize=12)
def sides_of(model: Model, told: int) -> NDArray[np.intp]:
    """(scenarios,) index into ``SIDE_ANSWERS``.

    The side of the lesion; where it lies in the midline or on both, the side of the roots it reaches; where it
    reaches none, the side the complaint is told of (``told_side``).
    """
    lies, roots = one_sided(model.scenarios), model.scenarios.roots
    beyond = np.where(roots.reshape(len(roots), -1).any(axis=1), BOTH, told)
    return np.where(lies < 0, beyond, lies).astype(np.intp)


def told_side(items: Sequence[Item], model: Model) -> int:
    """The one side of which complaints or signs are stated; ``BOTH`` where there is no such side.

    What an image shows may be a bystander and does not count; the worse side decides where nothing else has a side.
    """
    complaints: set[int] = set()
    worse: set[int] = set()
    for item in items:
        if not item.silent and not item.old:
            for side, finding in _stated(item, model):
                if finding.kind == "lateral":
                    worse |= {side} if finding.burden == "question" else set()
                elif finding.category != "imaging":
                    complaints.add(side)
    found = (complaints - {-1}) or worse
    return next(iter(found)) if len(found) == 1 else BOTH


def is_across(instance: Instance, told: int) -> bool:
    """Whether a finding lies on the other side than the one of which complaints are told."""
    return told != BOTH and instance.side >= 0 and instance.side != told


def _stated(item: Item, model: Model) -> Iterator[tuple[int, Finding]]:
    """Side and finding of everything abnormal that an item states of one side."""
    for key, vector in item.vectors.items():
        if vector[0] == 0.0:
            yield model.instances[key].side, model.instances[key].finding
    for statement in item.statements:
        parts = [model.instances[key] for key in statement.parts]
        if statement.at_least_one and len({x.side for x in parts}) == 1:
            yield parts[0].side, parts[0].finding
