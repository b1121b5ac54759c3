"""Findings by the words that people use for them, and where else a word belongs in a case."""

from __future__ import annotations

import re
from collections.abc import Iterable

from foramen.knowledge.schema import Knowledge

SHORTEST = 4  # letters from which on a part of a word is looked for


def findings_called(text: str, knowledge: Knowledge, *, whole: bool = False) -> tuple[str, ...]:
    """Ids of findings and composites that a word may be said as (``findings/search_words.yaml``).

    The word itself, a part of it, or a phrase that holds it; ``whole``: only the word itself.
    """
    told = _plain(text)
    exact = [name for name in (told, told.removeprefix("img ")) if name in knowledge.search_words]
    keys = exact[:1]
    if not whole:
        keys += [w for w in knowledge.search_words if (len(told) >= SHORTEST and told in w) or f" {w} " in f" {told} "]
    return tuple(dict.fromkeys(f for key in keys for f in knowledge.search_words[key]))


def belongs_to(text: str, knowledge: Knowledge) -> str:
    """What to do with a word that names no finding but a treatment, a medicine or a condition; empty for neither."""
    told, plan = _plain(text), knowledge.plan
    if found := next((t.id for t in plan.treatments.values() if _names(told, (t.id, t.name, *t.names))), ""):
        return f"It is a treatment: `foramen treatments {found}`; what was tried stands under tried."
    if any(_names(told, (m.id, m.name, *m.names)) for m in plan.medicines.values()):
        return "It is a medicine: name it under medicines."
    if any(_names(told, (c.id, c.name, *c.names)) for c in plan.facts.values()):
        return "It is a condition: name it under conditions."
    return ""


def _names(told: str, names: Iterable[str]) -> bool:
    plain = [_plain(name) for name in names]
    return told in plain or told.removesuffix("s") in plain or f"{told}s" in plain


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
