"""Write the model for one context as a Bayesian network for other tools.

Two formats, by the ending of the file's name:

- ``.bif``: Bayesian interchange format, which most tools read. pyAgrum's BIF reader keeps single precision, so
  there posteriors are reproduced to about seven digits.
- ``.jgum``: pyAgrum's JSON format, read in double precision: posteriors within 1e-9 of the engine's.

Names: BIF readers take letters, digits, ``_``, ``-`` and ``.`` in a name, so ``@`` and ``/`` of a finding's id
become dots (``img_listhesis@L4-L5`` is ``img_listhesis.L4-L5``); see ``network_name`` and ``finding_of``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from foramen.anatomy import SETTINGS
from foramen.errors import CaseError
from foramen.inference.engine import Engine
from foramen.inference.given import read_context
from foramen.inference.network import Node, network
from foramen.model.model import Model


def network_name(finding: str) -> str:
    """The name in the network of a finding: ``slr@left`` -> ``slr.left``; helpers' names stay as they are."""
    return finding.replace("@", ".").replace("/", ".")


def finding_of(name: str) -> str:
    """The finding that a variable of the network stands for: ``slr.left`` -> ``slr@left``."""
    return name.replace(".", "@", 1).replace(".", "/", 1)


def export_network(model: Model, context: Mapping[str, Any] | None, path: str | Path) -> int:
    """Write the network for ``context`` (missing keys: ``DEFAULT_CONTEXT``) to ``path``; returns its bytes.

    The variable ``scenario`` has the engine's scenarios as states ``s0``, ``s1``, ... in their order, and the
    file names each. Given the same findings, its posterior is that of ``Engine.posteriors``.

    Raises ``CaseError`` for a name that ends in none of ``FORMATS``, for a context the engine does not take,
    or without an age or a setting.
    """
    write = FORMATS.get(Path(path).suffix.lower())
    if write is None:
        raise CaseError(f"the file's name must end in {' or '.join(FORMATS)}", field="FILE", given=Path(path).name)
    engine = Engine(model=model)
    given = read_context(context)
    contexts = engine.contexts(given)
    if given["setting"] is None:
        raise CaseError("a network is written for one setting", field="setting", allowed=SETTINGS)
    if len(contexts) > 1:
        raise CaseError(
            "a network is written for one age band",
            field="age",
            cure="Give an age in years; for an unknown age, write one network per band and mix their answers.",
        )
    nodes = list(network(model, engine.likelihood, contexts[0][1]))
    told = {**given, "age": f"{given['age']:g}"}
    about = ", ".join(f"{key} {value if value is not None else 'averaged'}" for key, value in told.items())
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.writelines(write(f"Foramen, knowledge {engine.model.knowledge.version}; {about}", engine.scenarios, nodes))
        return out.tell()


def _bif(about: str, scenarios: Sequence[str], nodes: list[Node]) -> Iterator[str]:
    yield "network foramen {\n}\n"
    yield f"// {about}\n"
    for i, label in enumerate(scenarios):
        yield f"// s{i}: {label}\n"
    for node in nodes:
        states = ", ".join(node.states)
        yield f"variable {network_name(node.name)} {{\n  type discrete [ {node.size} ] {{ {states} }};\n}}\n"
    for node in nodes:
        yield from _bif_table(node)


def _bif_table(node: Node) -> Iterator[str]:
    if not node.parents:
        assert node.table is not None
        yield f"probability ( {network_name(node.name)} ) {{\n  table {_numbers(node.table[0])};\n}}\n"
        return
    parents = ", ".join(network_name(p.name) for p in node.parents)
    yield f"probability ( {network_name(node.name)} | {parents} ) {{\n"
    rows = product(*(parent.states for parent in node.parents))
    if node.value is not None:
        one_of = [",".join("1" if i == k else "0" for i in range(node.size)) for k in range(node.size)]
        for row, k in zip(rows, node.value, strict=True):
            yield f"({','.join(row)}) {one_of[k]};\n"
    else:
        assert node.table is not None
        for row, p in zip(rows, node.table, strict=True):
            yield f"({','.join(row)}) {_numbers(p)};\n"
    yield "}\n"


def _numbers(p: Any) -> str:
    return ",".join(f"{x:.13g}" for x in p)


def _jgum(about: str, scenarios: Sequence[str], nodes: list[Node]) -> Iterator[str]:
    names = [network_name(node.name) for node in nodes]
    yield '{"type":"BN","GumJsonVersion":"1.0","nodes":'
    yield json.dumps([f"{name}{{{'|'.join(node.states)}}}" for name, node in zip(names, nodes, strict=True)])
    parents = {name: [network_name(p.name) for p in node.parents] for name, node in zip(names, nodes, strict=True)}
    yield f',"parents":{json.dumps(parents)},"cpt":{{'
    for i, (name, node) in enumerate(zip(names, nodes, strict=True)):
        yield f'{"," if i else ""}"{name}":[{_jgum_table(node)}]'
    told = {"name": "foramen", "comment": about, **{f"s{i}": label for i, label in enumerate(scenarios)}}
    yield f'}},"properties":{json.dumps(told)}}}'


def _jgum_table(node: Node) -> str:
    """The table with the first parent running fastest after the variable itself, which the format asks for."""
    sizes = [p.size for p in node.parents]
    last = len(sizes)
    if node.value is not None:
        one_of = [",".join("1.0" if i == k else "0.0" for i in range(node.size)) for k in range(node.size)]
        turned = node.value.reshape(sizes).transpose().reshape(-1)
        return ",".join([one_of[k] for k in turned])
    assert node.table is not None
    table = node.table.reshape([*sizes, node.size]).transpose([*reversed(range(last)), last])
    return ",".join(map(repr, np.ascontiguousarray(table).reshape(-1).tolist()))


FORMATS: dict[str, Callable[[str, Sequence[str], list[Node]], Iterator[str]]] = {".bif": _bif, ".jgum": _jgum}
