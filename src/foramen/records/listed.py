"""What a case's lists say: conditions present and denied, medicine classes taken, and names not recognised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from foramen.case import Case
from foramen.knowledge.schema import Knowledge
from foramen.records.names import Unmatched, is_denied, parts, plain, vocabulary

# only with the year: what was stopped of late may still act
_STOPPED = re.compile(r"\b(?:stopped|discontinued|ceased|finished|until)\b.*\b(?:19|20)\d\d\b", re.I)
TAKES = "takes "
# words of doses and times that stand beside a medicine and are no name
_NOISE = frozenset(
    """
    mg mcg g ml iu unit units od bd tds qds prn qd bid tid qid hs om on once twice daily day days week
    weekly monthly month months nocte mane food meals morning evening night tablet tablets capsule
    capsules puff puffs patch as needed required when a an the per dose low high slow release mr sr xl
    er po sc im iv oral years year
    """.split()  # noqa: SIM905
)


@dataclass(slots=True)
class Listed:
    """By id, with the words that say so. ``unmatched``: names that the vocabulary does not hold.

    ``taken``: by class, the single medicines by the names they were recognised by.
    """

    has: dict[str, str] = field(default_factory=dict)
    denied: dict[str, str] = field(default_factory=dict)
    takes: dict[str, str] = field(default_factory=dict)
    unmatched: list[Unmatched] = field(default_factory=list)
    taken: dict[str, list[str]] = field(default_factory=dict)


def read_lists(case: Case, knowledge: Knowledge) -> Listed:
    """Conditions and medicines of a case in the vocabulary's terms."""
    out = Listed()
    if case.conditions or case.no_conditions:
        _conditions(case, knowledge, out)
    if case.medicines:
        _medicines(case, knowledge, out)
    return out


def _conditions(case: Case, knowledge: Knowledge, out: Listed) -> None:
    words = vocabulary("condition", knowledge)
    for text in [t for whole in case.conditions for t in re.split(r"[;\n]", whole)]:
        denying = False
        for part in filter(plain, text.split(",")):
            stated, denied = words.told(part)
            if denying and not is_denied(part):
                # "no cancer, hypertension": whether the second is denied, too, is to be asked
                out.unmatched.append(Unmatched("condition", part.strip(), ""))
                continue
            denying = denying or is_denied(part)
            out.denied |= {key: f"listed: {text}" for key in denied if key not in out.denied}
            out.has |= {key: f"listed: {text}" for key in stated if key not in out.has}
            if not (stated or denied or is_denied(part)):
                out.unmatched.append(words.unmatched(part.strip()))
    for text in case.no_conditions:
        _, denied = words.told(text if is_denied(text) else f"no {text}")
        out.denied |= dict.fromkeys(denied, f"denied: {text}")
        if not denied:
            out.unmatched.append(words.unmatched(text))


def _medicines(case: Case, knowledge: Knowledge, out: Listed) -> None:
    words = vocabulary("medicine", knowledge)
    facts = knowledge.plan.facts
    explained = {broad for key in out.has for broad in facts[key].explains}
    for text in [part for whole in case.medicines for part in parts(whole)]:
        if _STOPPED.search(text):
            continue
        found, denied = words.told(text)
        for key, name in found.items():
            medicine = knowledge.plan.medicines[key]
            out.takes[key] = f"{out.takes[key]}, {text}" if key in out.takes else f"{TAKES}{text}"
            out.taken.setdefault(key, []).append(name)
            states: Mapping[str, str] = medicine.name_states
            for condition in {*medicine.states, *filter(None, [states.get(name)])} - explained:
                out.has.setdefault(condition, f"{TAKES}{text}")
        if not (found or denied or is_denied(text)) and not set(plain(text).split()) <= _NOISE | {
            w for w in plain(text).split() if w.isdigit()
        }:
            out.unmatched.append(words.unmatched(text))
