"""What the form is told of a case at its fields: what is stated already, and which names were not recognised."""

from __future__ import annotations

from dataclasses import dataclass

from foramen.assessment.assess import default_engine
from foramen.case import Case
from foramen.records.evidence import items_of
from foramen.records.listed import read_lists
from foramen.records.names import Unmatched

LISTS = {"medicines": "medicine", "conditions": "condition"}


@dataclass(frozen=True, slots=True)
class Stated:
    """``keys``: findings that "rest normal" must not write over; ``unmatched``: names not recognised, by list."""

    keys: tuple[str, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()

    def not_recognised(self, name: str) -> tuple[Unmatched, ...]:
        """Those of one list, ``medicines`` or ``conditions``."""
        return tuple(u for u in self.unmatched if u.kind == LISTS[name])


def stated(case: Case) -> Stated:
    """What a case states."""
    return Stated(tuple(stated_keys(case)), tuple(read_lists(case, default_engine().model.knowledge).unmatched))


def stated_keys(case: Case) -> list[str]:
    """Findings (with their side) of which the case states something other than that they are normal.

    Wherever it stands: in a row, among the further findings, in the report, the medicines or the conditions; of what
    is stated less exactly ("leg pain"), every finding that may be meant. What is read from silence states nothing.
    """
    out: dict[str, None] = {}
    for item in items_of(case, default_engine().model):
        if not item.silent:
            out |= dict.fromkeys(key for key, vector in item.vectors.items() if not vector[0] or any(vector[1:]))
            out |= dict.fromkeys(key for statement in item.statements for key in statement.parts)
    return list(out)
