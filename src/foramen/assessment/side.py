"""On which side the complaint arises: left, right, or both or the midline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import SIDES
from foramen.model.model import Model
from foramen.model.signatures import one_sided
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
    """The one side of which complaints or signs are stated; ``BOTH`` where there is no such side."""
    found: set[int] = set()
    for item in items:
        if not item.silent:
            found |= {model.instances[key].side for key, vector in item.vectors.items() if vector[0] == 0.0}
            for statement in item.statements:
                sides = {model.instances[key].side for key in statement.parts}
                found |= sides if len(sides) == 1 and statement.at_least_one else set()
    found -= {-1}
    return found.pop() if len(found) == 1 else BOTH
