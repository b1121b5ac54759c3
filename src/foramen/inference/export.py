"""Write the model for one context as a Bayesian network in the Bayesian interchange format (BIF).

Names: BIF readers take letters, digits, ``_``, ``-`` and ``.`` in a name, so ``@`` and ``/`` of a finding's id
become dots (``img_listhesis@L4-L5`` is ``img_listhesis.L4-L5``); see ``bif_name`` and ``finding_of``.

Numbers are written with 13 significant digits. Readers that keep single precision (pyAgrum's BIF reader
does) therefore reproduce the posteriors to about seven digits, others to better than 1e-9.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from foramen.errors import CaseError
from foramen.inference.engine import DEFAULT_CONTEXT, Engine
from foramen.inference.network import Node, network
from foramen.model.model import Model


def bif_name(finding: str) -> str:
    """The name in the network of a finding: ``slr@left`` -> ``slr.left``; helpers' names stay as they are."""
    return finding.replace("@", ".").replace("/", ".")


def finding_of(name: str) -> str:
    """The finding that a variable of the network stands for: ``slr.left`` -> ``slr@left``."""
    return name.replace(".", "@", 1).replace(".", "/", 1)


def export_bif(model: Model, context: Mapping[str, Any] | None, path: str | Path) -> int:
    """Write the network for ``context`` (missing keys: ``DEFAULT_CONTEXT``) to ``path``; returns its bytes.

    The variable ``scenario`` has the engine's scenarios as states ``s0``, ``s1``, ... in their order; a comment
    names each. Given the same findings, its posterior is that of ``Engine.posteriors``.

    Raises ``CaseError`` for a context the engine does not take, or without an age.
    """
    engine = Engine(model=model)
    given = {**DEFAULT_CONTEXT, **(context or {})}
    contexts = engine.contexts(given)
    if len(contexts) > 1:
        raise CaseError(
            "a network is written for one age band",
            field="age",
            cure="Give an age in years; for an unknown age, write one network per band and mix their answers.",
        )
    nodes = list(network(model, engine.likelihood, contexts[0][1]))
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.writelines(_text(engine, given, nodes))
        return out.tell()


def _text(engine: Engine, context: Mapping[str, Any], nodes: list[Node]) -> Iterator[str]:
    yield "network foramen {\n}\n"
    about = ", ".join(f"{key} {context[key] if context[key] is not None else 'averaged'}" for key in context)
    yield f"// Foramen, knowledge {engine.model.knowledge.version}; {about}\n"
    for i, label in enumerate(engine.scenarios):
        yield f"// s{i}: {label}\n"
    for node in nodes:
        states = ", ".join(node.states)
        yield f"variable {bif_name(node.name)} {{\n  type discrete [ {node.size} ] {{ {states} }};\n}}\n"
    for node in nodes:
        yield from _probability(node)


def _probability(node: Node) -> Iterator[str]:
    if not node.parents:
        assert node.table is not None
        yield f"probability ( {bif_name(node.name)} ) {{\n  table {_numbers(node.table[0])};\n}}\n"
        return
    yield f"probability ( {bif_name(node.name)} | {', '.join(bif_name(p.name) for p in node.parents)} ) {{\n"
    rows = product(*(parent.states for parent in node.parents))
    if node.value is not None:
        one_of = [",".join("1" if i == k else "0" for i in range(node.size)) for k in range(node.size)]
        for row, k in zip(rows, node.value, strict=True):
            yield f"({', '.join(row)}) {one_of[k]};\n"
    else:
        assert node.table is not None
        for row, p in zip(rows, node.table, strict=True):
            yield f"({', '.join(row)}) {_numbers(p)};\n"
    yield "}\n"


def _numbers(p: Any) -> str:
    return ",".join(f"{x:.13g}" for x in p)
