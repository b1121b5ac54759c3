"""A strict reader of the BIF files written here, in double precision (pyAgrum's own keeps single precision)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

VARIABLE = re.compile(r"variable (\S+) \{\n  type discrete \[ (\d+) \] \{ (.*) \};\n\}\n")
PROBABILITY = re.compile(r"probability \( (\S+)(?: \| ([^)]*))? \) \{\n(.*?)\n?\}\n", re.DOTALL)


@dataclass(frozen=True)
class Table:
    """P(variable | parents), shape (states of the first parent, ..., states of the variable)."""

    parents: tuple[str, ...]
    values: np.ndarray


def read(path: Path) -> tuple[dict[str, tuple[str, ...]], dict[str, Table]]:
    """States and tables of every variable; fails on anything the files should not hold."""
    text = path.read_text(encoding="utf-8")
    states = {}
    for name, size, labels in VARIABLE.findall(text):
        states[name] = tuple(labels.split(", "))
        assert len(set(states[name])) == int(size)
    tables = {}
    for name, names, body in PROBABILITY.findall(text):
        parents = tuple(names.split(", ")) if names else ()
        if parents:
            rows = [line[1:-1].partition(") ") for line in body.split("\n")]
            expected = [",".join(row) for row in product(*(states[p] for p in parents))]
            assert [labels for labels, _, _ in rows] == expected
            numbers = ",".join(values for _, _, values in rows)
        else:
            numbers = body.strip().removeprefix("table ").removesuffix(";")
        shape = [len(states[n]) for n in (*parents, name)]
        tables[name] = Table(parents, np.array(numbers.split(","), dtype=float).reshape(shape))
    assert tables.keys() == states.keys()
    return states, tables
