"""What scans tell of a herniation's shape: held by its outer ring, burst, free, large, or at several levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foramen.plan.person import Person

PRESENT, ABSENT = "present", "absent"
HERNIATION = "img_herniation_"
CENTRAL, STENOSIS, SAC = "img_herniation_central", "img_central_stenosis", "img_sac_compression"
CONTAINED, BURST = "protrusion", "extrusion"  # the disc material is still held by the outer ring, or no longer
# words that a herniation's state is stated with and that say more than the state they are read as
FREE = ("sequestration", "sequestered", "free_fragment")
_NOTHING = ("", "")


def contained(person: Person) -> tuple[str, str]:
    """Whether every herniation seen is held by its outer ring; one that is not decides."""
    open_ = False
    seen = ""
    for _, name, left in _seen(person):
        if CONTAINED not in left:
            return ABSENT, f"finding: {name}, {' or '.join(sorted(left))}"
        open_ |= left != {CONTAINED}
        seen = f"finding: {name}, {CONTAINED}"
    return (PRESENT, seen) if seen and not open_ else _NOTHING


def extruded(person: Person) -> tuple[str, str]:
    """Whether a herniation seen is no longer held by its outer ring. What no scan shows is not asked for."""
    state, why = contained(person)
    return (PRESENT, why) if state == ABSENT else (ABSENT, "no scan shows one")


def free_large_or_many(person: Person) -> tuple[str, str]:
    """A free piece, a herniation that fills the canal from the middle, or herniations at more than one level.

    Empty where an extrusion is seen: whether it is free is not told by that word.
    """
    s = person.situation
    for o in s.case.observations:
        composite = s.knowledge.composites.get(o.finding)
        names = composite.any_of if composite else (o.finding,)
        if any(n.startswith(HERNIATION) for n in names) and o.state in FREE:
            return PRESENT, f"scan: {o.state.replace('_', ' ')} {o.level or ''}".strip()
    levels: dict[str, None] = {}
    burst = False
    for key, name, left in _seen(person):
        level = _level(key)
        levels[level] = None
        burst |= CONTAINED not in left
        if key.startswith(CENTRAL) and (
            _is(person, STENOSIS, level, "severe") or (CONTAINED not in left and _is(person, SAC, level, "present"))
        ):
            return PRESENT, f"finding: {name}, {level}, the canal is narrowed by it"
    if len(levels) > 1:
        return PRESENT, f"herniations at {', '.join(sorted(levels))}"
    if levels and not burst:
        return ABSENT, "one herniation, a protrusion"
    return _NOTHING


def _seen(person: Person) -> Iterator[tuple[str, str, set[str]]]:
    """(place, name, states left open) of every herniation that surely is there."""
    s = person.situation
    for key, vector in s.evidence.vectors.items():
        finding = s.knowledge.findings.get(key.partition("@")[0])
        if finding is None or not finding.id.startswith(HERNIATION) or vector[0] > 0:
            continue
        yield key, finding.name, {state for state, p in zip(finding.states, vector, strict=True) if p > 0}


def _level(key: str) -> str:
    return key.partition("@")[2].partition("/")[0]


def _is(person: Person, finding: str, level: str, state: str) -> bool:
    s = person.situation
    vector = s.evidence.vectors.get(f"{finding}@{level}")
    if vector is None:
        return False
    left = {x for x, p in zip(s.knowledge.findings[finding].states, vector, strict=True) if p > 0}
    return left == {state}
