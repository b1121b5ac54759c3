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
# ages that a band's numbers speak for: its middle; of children those who consult; of the oldest the middle of most
_BAND_MIDDLES: Final = (14.0, 26.5, 42.5, 57.5, 72.5, 85.0)


def age_band(age: float) -> str:
    """The age band (see ``AGE_BANDS``) of an age in years."""
    return AGE_BANDS[max(i for i, start in enumerate(_BAND_STARTS) if age >= start)]


def neighbouring_band(age: float) -> tuple[int, float]:
    """(band on the other side of the nearest band middle, its weight): how far an age lies towards the next band.

    The weight grows from 0 at the middle of the age's own band to about a half at its edge.
    """
    band = AGE_BANDS.index(age_band(age))
    other = band + (1 if age > _BAND_MIDDLES[band] else -1)
    if not 0 <= other < len(AGE_BANDS):
        return band, 0.0
    return other, abs(age - _BAND_MIDDLES[band]) / abs(_BAND_MIDDLES[other] - _BAND_MIDDLES[band])


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
