"""The words for places: motion segments, vertebrae, roots, sides and zones."""

from __future__ import annotations

from typing import Final

LEVELS: Final = ("L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")
VERTEBRAE: Final = ("L1", "L2", "L3", "L4", "L5")
ROOTS: Final = ("L1", "L2", "L3", "L4", "L5", "S1")
SIDES: Final = ("left", "right")
LESION_SIDES: Final = ("left", "right", "bilateral", "central")
ZONES: Final = ("any", "central", "subarticular", "foraminal", "posterior")  # posterior: behind the sac
SETTINGS: Final = ("primary_care", "emergency", "spine_clinic")
SEXES: Final = ("female", "male")
AGE_BANDS: Final = ("0-17", "18-34", "35-49", "50-64", "65-79", "80+")
ROOT_STATES: Final = ("unaffected", "irritated", "conduction_loss", "both")
CAUDA_STATES: Final = ("unaffected", "incomplete", "complete")

_BAND_STARTS: Final = (0, 18, 35, 50, 65, 80)


def age_band(age: float) -> str:
    """The age band (see ``AGE_BANDS``) of an age in years."""
    return AGE_BANDS[max(i for i, start in enumerate(_BAND_STARTS) if age >= start)]


def roots_of_token(token: str, level: int) -> tuple[int, ...]:
    """Indices into ``ROOTS`` of the roots named relative to a level; empty where there is no such root.

    ``exiting`` leaves at that level (L4 at L4-L5), ``traversing`` passes to the next (L5 at L4-L5),
    ``next`` is one below that, ``below`` all from the traversing root down (a compressed cauda equina).
    A root's own name stands for itself.
    """
    if token in ROOTS:
        return (ROOTS.index(token),)
    if token == "below":
        return tuple(range(level + 1, len(ROOTS)))
    index = {"exiting": level, "traversing": level + 1, "next": level + 2}[token]
    return (index,) if 0 <= index < len(ROOTS) else ()


def opposite(side: str) -> str:
    """The other side."""
    return "right" if side == "left" else "left"
