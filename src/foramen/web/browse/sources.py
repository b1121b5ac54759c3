"""The page of a source: its figures, and every number, rule and treatment that rests on each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from foramen.knowledge.loader import FOLDER, load_knowledge
from foramen.knowledge.schema import Knowledge, Source
from foramen.knowledge.uses import uses
from foramen.web.browse.links import identifier_link, where_link
from foramen.web.browse.shown import figure_value


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of a source. ``used`` and ``named``: (address, words) of what rests on it or was set to meet it."""

    id: str
    quantity: str
    about: str
    note: str
    value: str
    share: float | None
    ci: tuple[float, float] | None
    read: bool
    used: tuple[tuple[str, str], ...]
    named: tuple[tuple[str, str], ...]
    checked: tuple[str, ...]


@lru_cache(maxsize=1)
def _uses() -> dict[str, tuple[str, ...]]:
    return uses(load_knowledge())


@lru_cache(maxsize=1)
def _named() -> dict[str, tuple[str, ...]]:
    """Figure to the assumptions whose reason names it: it did not set the number, the number was chosen to meet it."""
    knowledge = load_knowledge()
    found: dict[str, dict[str, None]] = {}
    for n in knowledge.numbers:
        if n.provenance == "assumption":
            for word in re.findall(r"\w+", n.reason):
                if word in knowledge.figures:
                    found.setdefault(word, {})[n.where] = None
    return {k: tuple(v) for k, v in found.items()}


@lru_cache(maxsize=1)
def _checked() -> dict[str, tuple[str, ...]]:
    """Figure to the checks that compare it with the model."""
    from foramen.inference.reproduce import checks

    found: dict[str, list[str]] = {}
    for check in checks():
        for row in check["rows"]:
            found.setdefault(row["figure"], []).append(str(check["id"]))
    return {k: tuple(dict.fromkeys(v)) for k, v in found.items()}


def _raw(source: str) -> dict[str, Any]:
    """What only readers of a source need and the loader leaves out: addresses and notes, by figure."""
    import yaml

    body = yaml.safe_load((FOLDER / "sources" / f"{source}.yaml").read_bytes())
    return {row["id"]: row for row in body.get("figures", ())}


def source_page(knowledge: Knowledge, source: Source) -> dict[str, Any]:
    """Values of the template."""
    raw = _raw(source.id)
    rows = []
    for id in source.figures:
        f = knowledge.figures[id]
        rows.append(
            FigureRow(
                id=id,
                quantity=f.quantity.replace("_", " "),
                about=f.text,
                note=str(raw[id].get("note", "")),
                value=figure_value(f),
                share=f.value if f.value is not None and 0 <= f.value <= 1 else None,
                ci=f.interval(),
                read=f.read,
                used=_places(knowledge, _uses().get(id, ())),
                named=_places(knowledge, _named().get(id, ())),
                checked=_checked().get(id, ()),
            )
        )
    addresses = {str(r["url"]) for r in raw.values() if str(r.get("url", "")).startswith(("https://", "http://"))}
    known = [(i, identifier_link(i)) for i in source.identifiers]
    return {
        "source": source,
        "rows": rows,
        "identifiers": known,
        "addresses": sorted(addresses)[:6],
    }


def _places(knowledge: Knowledge, where: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(where_link(knowledge, w) for w in where))
