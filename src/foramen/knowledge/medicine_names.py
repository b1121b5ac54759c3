"""Brands and names in other languages: each stands for names of the medicine classes, and so for their classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from foramen.errors import KnowledgeError, nearest_match
from foramen.knowledge.plan_schema import MedicineClass

BRANDS = "medicine_names.yaml"


def brand_names(body: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Each brand with the names it stands for. Raises ``KnowledgeError`` if it stands twice."""
    out: dict[str, tuple[str, ...]] = {}
    for key, brands in body.items():
        stands_for = tuple(part.strip() for part in str(key).lower().split(" + "))
        for brand in (str(b).lower() for b in brands):
            if brand in out:
                raise KnowledgeError(f"{BRANDS}: {brand!r} stands twice")
            out[brand] = stands_for
    return out


def with_brands(
    medicines: Mapping[str, MedicineClass], brands: Mapping[str, tuple[str, ...]]
) -> dict[str, MedicineClass]:
    """The classes with the brands of their names. Raises ``KnowledgeError`` for a name that no class has."""
    own = {m.id: {m.id.replace("_", " "), *m.names} for m in medicines.values()}
    known = set().union(*own.values()) if own else set()
    names: dict[str, list[str]] = {key: list(m.names) for key, m in medicines.items()}
    states: dict[str, dict[str, str]] = {key: dict(m.name_states) for key, m in medicines.items()}
    for brand, stands_for in brands.items():
        if brand in known:
            raise KnowledgeError(f"{BRANDS}: {brand!r} is a name of medicines/ already")
        for name in stands_for:
            if name not in known:
                near = nearest_match(name, known)
                raise KnowledgeError(f"{BRANDS}: unknown {name!r}" + (f"; did you mean {near!r}?" if near else ""))
            for key in (k for k, words in own.items() if name in words):
                if brand not in names[key]:
                    names[key].append(brand)
                if state := medicines[key].name_states.get(name):
                    states[key].setdefault(brand, state)
    return {key: replace(m, names=tuple(names[key]), name_states=states[key]) for key, m in medicines.items()}
