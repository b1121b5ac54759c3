"""Injuries, weak bone and sudden beginnings that rules may leave out: long ago, or seen unbroken on CT or MRI."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from foramen.anatomy import VERTEBRAE
from foramen.records.evidence import Item
from foramen.records.old import FRACTURES
from foramen.records.times import weeks
from foramen.triage.facts import DEFICITS
from foramen.triage.set_aside.deficits import CORD, INJURIES, PELVIC
from foramen.triage.set_aside.told import (
    LONG_AGO,
    OLD_AFTER_WEEKS,
    answered,
    durations,
    grows_or_falls,
    hinted,
)

ACUTE_WEEKS = 1.0  # a sudden beginning or slight injury longer ago, with no worsening since, is not fresh
NOT_ACUTE = ("weeks", "subacute", *LONG_AGO)  # the same, as a duration
SHOW_BONE = ("ct", "mri")  # a radiograph misses fractures
WEAK_BONE = ("osteoporosis", "steroid_use")
BREAKING = ("sudden", "after_lifting", *INJURIES)  # beginnings of a complaint that a weak vertebra may break by
BREAKS = (
    "midline_tenderness", "percussion_tenderness", "spinal_contusion", "worse_lying", "step_off", "img_fracture",
    "img_sacral_fracture", "img_dislocation", "back_tenderness",
)  # fmt: skip


def is_old_injury(item: Item, items: Sequence[Item]) -> bool:
    """True for a slight injury as the beginning of a complaint that has lasted for months or years.

    Not where the injury itself is stated as new or recent, the complaint gets worse or there are falls: then a fresh
    one cannot be excluded.
    """
    return _began_so(item, items, "after_minor_trauma", OLD_AFTER_WEEKS, LONG_AGO)


def is_injury_of_weeks(item: Item, items: Sequence[Item]) -> bool:
    """True for a slight injury as the beginning of a complaint of weeks or longer that does not get worse."""
    return _began_so(item, items, "after_minor_trauma", ACUTE_WEEKS, NOT_ACUTE)


def is_old_severe_injury(item: Item, items: Sequence[Item]) -> bool:
    """True for a severe injury as the beginning of a complaint of months or years that does not get worse."""
    return _began_so(item, items, "after_major_trauma", OLD_AFTER_WEEKS, LONG_AGO)


def is_old_start(item: Item, items: Sequence[Item]) -> bool:
    """True for the sudden beginning of a complaint that has lasted for weeks or longer without getting worse.

    What bleeds in the canal does its harm within hours to days. A duration not told counts as recent.
    """
    return _began_so(item, items, "sudden", ACUTE_WEEKS, NOT_ACUTE)


def is_stable_fracture(item: Item, _: Sequence[Item] = ()) -> bool:
    """True for a fracture seen on images, stated as not new and nothing of it as growing."""
    return item.old and item.observation.finding in FRACTURES


def is_seen_unbroken(item: Item, items: Sequence[Item]) -> bool:
    """True for an injury after which CT or MRI is stated to show no broken vertebra.

    Not where nerves, bladder, bowel or saddle fail, a step is felt, a fracture is seen elsewhere, the injury is stated
    as new, the complaint gets worse or there are falls: then the images may be older than the harm.
    """
    o = item.observation
    rest = [i for i in items if i is not item]
    if o.finding != "onset" or o.state not in INJURIES or o.new or grows_or_falls(rest):
        return False
    if hinted((*DEFICITS, *PELVIC, *CORD, "step_off", "img_fracture", "img_dislocation"), rest):
        return False
    return _scanned_unbroken(rest)


def is_weak_bone_settled(item: Item, items: Sequence[Item]) -> bool:
    """True for weak bone or cortisone without any sign of a break, in a complaint of months or years or after a scan.

    No sign: no tender spine, pain on lying, fracture, step or failing pelvis, and nothing gets worse. The complaint
    began neither suddenly, nor with a lift or injury, unless CT or MRI is stated to show no broken vertebra; a
    complete report that names none will do for one that began otherwise.
    """
    rest = [i for i in items if i is not item]
    if item.observation.finding not in WEAK_BONE or item.observation.new or grows_or_falls(rest):
        return False
    if hinted((*PELVIC, *CORD, *BREAKS), rest):
        return False
    if answered("onset", BREAKING, rest):
        return _scanned_unbroken(rest)
    lasting = durations(rest)
    long = bool(lasting) and not any(lasting[:4])  # hours, days, weeks, subacute
    return long or _scanned_unbroken(rest, silent=True)


def _scanned_unbroken(items: Iterable[Item], *, silent: bool = False) -> bool:
    """Whether CT or MRI is stated to show no broken lumbar vertebra; ``silent``: or a complete report names none."""
    seen = {
        key
        for i in items
        if i.modality in SHOW_BONE
        for key, v in i.vectors.items()
        if v[0] and (not any(v[1:]) or (silent and i.silent))
    }
    return all(f"img_fracture@{vertebra}" in seen for vertebra in VERTEBRAE)


def _began_so(item: Item, items: Sequence[Item], how: str, after_weeks: float, lasting: tuple[str, ...]) -> bool:
    """Whether the item tells how the complaint began, longer ago than so many weeks, and nothing that it gets worse."""
    o = item.observation
    if o.finding != "onset" or o.state != how or o.new or grows_or_falls(items):
        return False
    since = weeks(o.since)
    return since > after_weeks if since is not None else answered("duration", lasting, items)
