"""What a case tells of some findings, as an exception of a rule may rely on it.

What bars an exception is met by the least hint (``hinted``: anything that may be abnormal, also a vague word such as "a
mass" that may stand for it); what an exception wants is to be told in so many words (``told``, ``denied``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from foramen.anatomy import SIDES
from foramen.case import GROWING
from foramen.records.evidence import Item, Vector
from foramen.triage.facts import began_within

OLD_AFTER_WEEKS = 12.0  # what began longer ago is not new
LONG_AGO = ("months", "years", "chronic")
COURSES = ("course", "weakness_progression")
RECENT_DAYS = int(OLD_AFTER_WEEKS * 7)

# seen on images, what infection, tumour or fracture may be; a bulge or a worn joint is none of them
IMAGES = (
    "img_disc_infection", "img_epidural_", "img_paraspinal_or_psoas_collection", "img_marrow_lesion", "img_fracture",
    "img_multiple_bone_lesions", "img_bone_oedema", "img_pelvic_bone_lesion", "img_sacral_", "img_sacroiliac_one_side",
    "img_hip_effusion", "img_intradural_mass", "img_soft_tissue_mass", "img_root_enhancement", "img_cord_compression",
    "img_sac_compression",
)  # fmt: skip


def surely_normal(item: Item) -> bool:
    """Whether what the item states is normal wherever it speaks of."""
    vectors = item.vectors.values()
    return bool(vectors) and not item.any_of and all(_normal(v) for v in vectors)


def _normal(vector: Vector) -> bool:
    return vector[0] > 0 and not any(vector[1:])


def spoken_of(item: Item) -> set[str]:
    """The findings that it speaks of: its own, and those that a vague word may stand for."""
    keys = (*item.vectors, *(key for parts in item.any_of for key in parts))
    return {item.observation.finding, *(key.partition("@")[0] for key in keys)}


def hinted(beginnings: tuple[str, ...], items: Iterable[Item]) -> bool:
    """Whether a finding that begins so may be abnormal by what is stated; silence hints at nothing."""
    return any(
        not item.silent and not surely_normal(item) and any(name.startswith(beginnings) for name in spoken_of(item))
        for item in items
    )


def told(beginnings: tuple[str, ...], items: Iterable[Item]) -> bool:
    """Whether a finding that begins so is stated as abnormal."""
    return any(i.abnormal and i.observation.finding.startswith(beginnings) for i in items)


def denied(finding: str, items: Iterable[Item]) -> bool:
    """Whether the finding is stated as normal, by its own name or by one that covers it ("no raised markers")."""
    return any(not i.silent and _denies(i, finding) for i in items)


def _denies(item: Item, finding: str) -> bool:
    if finding in item.vectors:
        return _normal(item.vectors[finding])
    return item.observation.finding == finding and surely_normal(item)


def answered(finding: str, state: str | tuple[str, ...], items: Iterable[Item]) -> bool:
    """Whether the finding (onset, duration, course) is stated in this state, or in one of these."""
    states = (state,) if isinstance(state, str) else state
    return any(i.observation.finding == finding and i.observation.state in states for i in items)


def durations(items: Iterable[Item]) -> tuple[float, ...]:
    """Which durations of the complaint are possible: hours, days, weeks, subacute, months, years; empty if not told."""
    return next((i.vectors["duration"] for i in items if "duration" in i.vectors), ())


def grows(items: Iterable[Item]) -> bool:
    """Whether anything is said to get worse."""
    said = [i.observation for i in items if i.abnormal]
    return any(o.course in GROWING or (o.finding in COURSES and o.state in GROWING) for o in said)


def grows_or_falls(items: Iterable[Item]) -> bool:
    """Whether anything is said to get worse, or the patient falls: each fall may be a fresh injury."""
    items = list(items)
    return grows(items) or hinted(("falls",), items)


def begun_lately(items: Iterable[Item]) -> bool:
    """Whether anything abnormal is said to be new or to have begun within ``OLD_AFTER_WEEKS``."""
    return any(i.abnormal and began_within(i.observation, RECENT_DAYS) for i in items)


def on_both_sides(beginnings: tuple[str, ...], items: Sequence[Item]) -> bool:
    """Whether findings that begin so may be abnormal on both sides."""
    sides = {i.observation.side for i in items if i.observation.finding.startswith(beginnings) and not surely_normal(i)}
    return "bilateral" in sides or set(SIDES) <= sides
