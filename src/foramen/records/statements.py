"""Evidence of a case: vectors over the states of findings, and statements about several findings at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from foramen.case import Observation
from foramen.errors import ContradictionError
from foramen.knowledge.schema import Restated

Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """Something said of several findings at once: likelihood = ``base`` + ``none`` x P(no part in its states).

    ``parts`` maps instances to 0/1 masks over their states. Base 1, none -1: at least one part is so (any-of).
    Base 1 - m, none m: with probability m it would have been said if any part were so, and it was not (silence).
    """

    parts: Mapping[str, Vector]
    base: float = 1.0
    none: float = -1.0

    @property
    def at_least_one(self) -> bool:
        """Whether this is a plain any-of statement."""
        return self.none < 0


@dataclass(frozen=True, slots=True)
class Item:
    """One stated fact as evidence: exact vectors and statements, with the observation behind it.

    ``silent`` marks what is read from silence (a short account, the other side) rather than stated; ``restates``
    names those of its findings that other findings bring along; ``old`` marks an abnormal finding known from before
    the complaint (``records.old``): the rules of urgency and the plan see it, inference does not; ``modality`` is that
    of the study it is stated of ("" where none is named or several could be meant).
    """

    label: str
    observation: Observation
    vectors: Mapping[str, Vector] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    silent: bool = False
    restates: Mapping[str, Restated] = field(default_factory=dict)
    old: bool = False
    modality: str = ""

    @property
    def counts(self) -> bool:
        """Whether the item says anything to the model."""
        return self.stated and not self.old

    @property
    def stated(self) -> bool:
        """Whether the item says anything at all."""
        return bool(self.vectors or self.statements)

    @property
    def any_of(self) -> tuple[Mapping[str, Vector], ...]:
        """Parts of the any-of statements."""
        return tuple(s.parts for s in self.statements if s.at_least_one)

    @property
    def abnormal(self) -> bool:
        """Whether whatever it states excludes the normal state (and it states something)."""
        masks = [*self.vectors.values(), *(m for s in self.any_of for m in s.values())]
        return bool(masks) and all(not m[0] for m in masks)


@dataclass(frozen=True, slots=True)
class EvidenceSet:
    """All evidence of a case: the product of the items' vectors, and statements they leave undecided."""

    vectors: Mapping[str, Vector]
    statements: tuple[Statement, ...] = ()

    @property
    def any_of(self) -> tuple[Mapping[str, Vector], ...]:
        """Parts of the any-of statements."""
        return tuple(s.parts for s in self.statements if s.at_least_one)


def combine_items(items: Iterable[Item]) -> EvidenceSet:
    """What several items state together. Raises ``ContradictionError`` where they cannot all be true."""
    vectors: dict[str, Vector] = {}
    combined: list[Item] = []
    pending: list[tuple[str, Statement]] = []
    for item in items:
        if vectors.keys().isdisjoint(item.vectors):
            vectors.update(item.vectors)
        else:
            _merge(vectors, item, combined)
        combined.append(item)
        pending += [(item.label, statement) for statement in item.statements]
    left: list[Statement] = []
    for label, statement in pending:
        if not statement.at_least_one:
            left.append(statement)
            continue
        open_parts = _undecided(statement, vectors)
        if open_parts is None:
            continue
        if not open_parts:
            raise ContradictionError(
                f"{label} cannot be true: every finding it could stand for is stated otherwise", field=label
            )
        if len(open_parts) == 1:
            key, mask = next(iter(open_parts.items()))
            known = vectors.get(key, (1.0,) * len(mask))
            vectors[key] = tuple(float(a * b) for a, b in zip(known, mask, strict=True))
            continue
        left.append(Statement(open_parts))
    return EvidenceSet(vectors, tuple(left))


def _merge(vectors: dict[str, Vector], item: Item, before: Sequence[Item]) -> None:
    """Take an item up that states again what items ``before`` stated."""
    for key, vector in item.vectors.items():
        known = vectors.get(key)
        merged = vector if known is None else tuple(float(a * b) for a, b in zip(known, vector, strict=True))
        if known is not None and not any(merged):
            first = next(other.label for other in before if key in other.vectors)
            raise ContradictionError(
                f"{first} and {item.label} cannot both be true", field=key,
                cure="Correct or remove one of them.",
            )  # fmt: skip
        vectors[key] = merged


def weigh_items(items: Iterable[Item]) -> EvidenceSet:
    """What is stated, weighed for inference: a finding that another one brings along counts for what it adds, and what
    is known from before the complaint does not count.

    Raises ``ContradictionError``. Rules ask what is entailed, so they take ``combine_items``.
    """
    items = [item for item in items if not item.old]
    stated = combine_items(items)
    restates = {key: restated for item in items for key, restated in item.restates.items()}
    return EvidenceSet(_less_restated(stated.vectors, restates), stated.statements)


def _less_restated(vectors: Mapping[str, Vector], restates: Mapping[str, Restated]) -> Mapping[str, Vector]:
    """A finding that another one brings along, where both are there or both are denied.

    Both there: its state is the higher of its own and of what is brought; with b(j) what is brought, the likelihood
    of its own state i becomes the sum over j of b(j) x that of max(i, j). Both denied: without the other it is found
    ``still`` times as often as usual, so its absence has the likelihood 1 - still x P(present).
    """
    if not restates:
        return vectors
    present = {key for key, vector in vectors.items() if vector[0] == 0.0}
    denied = {key for key, vector in vectors.items() if vector[0] > 0.0 and not any(vector[1:])}
    out = dict(vectors)
    for key, restated in restates.items():
        if key in present and restated.after & present:
            brought = (1.0 - restated.brought.total, *restated.brought.p)
            known = vectors[key]
            out[key] = tuple(sum(b * known[max(i, j)] for j, b in enumerate(brought)) for i in range(len(known)))
        elif key in denied and restated.after & denied and restated.still is not None:
            usual, *others = vectors[key]
            out[key] = (usual, *(usual * (1.0 - restated.still.total) for _ in others))
    return out


def _undecided(statement: Statement, vectors: Mapping[str, Vector]) -> dict[str, Vector] | None:
    """Parts of an any-of statement that could still be true; None where one already is."""
    parts: dict[str, Vector] = {}
    for key, mask in statement.parts.items():
        known = vectors.get(key)
        if known and not any(k and not m for k, m in zip(known, mask, strict=True)):
            return None
        if known is None or any(k and m for k, m in zip(known, mask, strict=True)):
            parts[key] = mask
    return parts
