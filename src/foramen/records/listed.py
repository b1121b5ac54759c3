"""What a case's lists say: conditions present and denied, medicine classes taken, and names not recognised."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from foramen.case import Case
from foramen.knowledge.plan_schema import MedicineClass
from foramen.knowledge.schema import Knowledge
from foramen.records.harmless import harmless
from foramen.records.measured import without_measurements
from foramen.records.names import (
    Unmatched,
    Vocabulary,
    denied_from_start,
    denied_until,
    is_denied,
    parts,
    plain,
    vocabulary,
)  # fmt: skip
from foramen.records.reactions import Span, Told, reactions, worded
from foramen.records.relatives import of_another
from foramen.records.times import weeks_ago

# only with the year: what was stopped of late may still act
_STOPPED = re.compile(r"\b(?:stopped|discontinued|ceased|finished|until)\b.*\b(?:19|20)\d\d\b", re.I)
TAKES = "takes "
_STILL = re.compile(r"\b(?:since|now|again|still|ongoing|current|currently|recurrent|снова|опять|сейчас)\b", re.I)
YEAR = 52.0  # weeks after which what is told as "ago" is no longer there now
DRINKING = "alcohol_excess"
# words after a brand that tell of a second substance: "Micardis Plus" holds more than Micardis
_SECOND = frozenset(["plus", "hct", "hctz", "hydro", "comp", "compositum", "compound", "combi", "duo", "diu", "плюс"])
_GRADE = re.compile(r",\s*((?:severe|uncontrolled|poorly controlled)\b)", re.I)  # "asthma, severe" is one condition
_ALLERGY = re.compile(r"allerg|intoleran|hypersens|аллерги|непереносим", re.I)
# words of doses and times that stand beside a medicine and are no name
_NOISE = frozenset(
    """
    mg mcg g ml iu unit units od bd tds qds prn qd bid tid qid hs om on once twice daily day days week
    weekly monthly month months nocte mane food meals morning evening night tablet tablets capsule
    capsules puff puffs patch as needed required when a an the per dose low high slow release mr sr xl
    er po sc im iv oral years year
    """.split()  # noqa: SIM905
)


_DRINKS = re.compile(
    r"(\d+(?:\.\d+)?)\s*(?:\+\s*)?(units?|drinks|standard drinks|pints|beers|glasses)\b.*?\b(day|daily|night|week)",
    re.I,
)
_ALCOHOL = re.compile(r"\b(?:alcohol|etoh|drinks?|drinking|wine|beers?|pints|spirits)\b", re.I)
_UNITS = {"pint": 2.0, "beer": 2.0, "glas": 2.0, "drin": 1.5, "stan": 1.5}


_ENDS = ("but", "except", "however", "and", "on", "takes", "но")  # words that end what a denial reaches


@dataclass(slots=True)
class Listed:
    """By id, with the words that say so. ``unmatched``: names that the vocabulary does not hold.

    ``taken``: by class, the single medicines by the names they were recognised by. ``open``: conditions that a name
    leaves open, so that a complete list does not deny them.
    """

    has: dict[str, str] = field(default_factory=dict)
    denied: dict[str, str] = field(default_factory=dict)
    takes: dict[str, str] = field(default_factory=dict)
    unmatched: list[Unmatched] = field(default_factory=list)
    taken: dict[str, list[str]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)


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
    named = map(without_measurements, case.conditions)
    for text in [_GRADE.sub(r" \1", t) for whole in named for t in re.split(r"[;\n]", whole)]:
        denying = reacting = False
        for number, part in enumerate(filter(plain, text.split(","))):
            if (units := _units_a_week(part)) is not None:
                heavy = knowledge.plan.facts.get(DRINKING)
                if heavy and heavy.limit and units >= heavy.limit.total:
                    out.has.setdefault(DRINKING, f"listed: {text}")
                continue
            if of_another(plain(part)) and plain(part) not in words.ids:
                out.unmatched.append(Unmatched("condition", part.strip(), ""))
                continue
            read = _Read(worded(part), words, knowledge, before=reacting)
            read.stated = _past(part, read.stated, knowledge)
            if denying and not is_denied(read.text):
                # "no cancer, hypertension": whether the second is denied, too, is to be asked
                out.unmatched.append(Unmatched("condition", part.strip(), ""))
                continue
            denying = denying or denied_from_start(read.text)
            reacting = reacting or bool(read.told.stated) or read.told.unknown or bool(_ALLERGY.search(part))
            out.denied |= {key: f"listed: {text}" for key in read.denied if key not in out.denied}
            stated = [*read.stated, *_lately(part, read.names, knowledge)]
            out.has |= {key: f"listed: {text}" for key in stated if key not in out.has}
            out.open |= {f.id for f in knowledge.plan.facts.values() if read.names & {plain(n) for n in f.open_with}}
            for _, _, name, classes in read.told.takes:
                _take(name, classes, text, knowledge, out, how="listed: ")
            if rest := read.rest(alone=number == 0):
                out.unmatched.append(words.unmatched(part.strip() if rest == read.text else rest))
    for text in case.no_conditions:
        read = _Read(text if is_denied(text) else f"no {worded(text)}", words, knowledge)
        out.denied |= dict.fromkeys(read.denied, f"denied: {text}")
        if not read.denied:
            out.unmatched.append(words.unmatched(text))


def _lately(text: str, names: Collection[str], knowledge: Knowledge) -> list[str]:
    """Conditions that a name states by the time told with it: a stent of two months ago is a recent one."""
    weeks = weeks_ago(plain(text))
    if weeks is None or not names:
        return []
    words = f" {plain(text)} "
    recent = [f for f in knowledge.plan.facts.values() if f.lately and f.limit and weeks <= f.limit.total]
    return [f.id for f in recent if any(f" {plain(n)} " in words for n in f.lately)]


class _Read:
    """What one text of the list of conditions says."""

    def __init__(self, text: str, words: Vocabulary, knowledge: Knowledge, *, before: bool = False) -> None:
        self.text = text
        self.words = plain(text).split()
        # "no known allergies" is a name of its own, "no known allergies to aspirin" is none
        found = words.phrases(self.words)
        self.spans: list[Span] = [
            x for x in found if not (x[2].startswith("no ") and self.words[x[1] : x[1] + 1] == ["to"])
        ]
        self.told: Told = reactions(self.words, self.spans, knowledge, before=before)
        at = denied_until(self.words, [(start, end) for start, end, _, _ in self.spans])
        self.stated: dict[str, str] = {}
        self.denied: dict[str, str] = {}
        self.names: set[str] = set()
        for start, _, name, ids in self.spans:
            if start in at and self.told.denied:
                continue  # "no asthma attack after aspirin" denies no asthma
            (self.denied if start in at else self.stated).update(dict.fromkeys(sorted(ids), name))
            self.names |= set() if start in at else {name}
        self.stated |= self.told.stated
        self.denied |= {key: name for key, name in self.told.denied.items() if key not in self.stated}

    def rest(self, *, alone: bool) -> str:
        """The words that were not understood; the whole text where none was. ``alone``: no other part before it."""
        if self.told.unknown:
            return self.text
        if not (self.spans or self.told.stated or self.told.denied or self.told.words):
            quiet = is_denied(self.text) or (not alone and all(map(harmless, self.words)))
            return "" if quiet else self.text
        known = {i for start, end, _, _ in self.spans for i in range(start, end)} | self.told.words
        if is_denied(self.text):
            # what a denial may reach, known or not, is denied
            ends = [i for i, w in enumerate(self.words) if w in _ENDS]
            known |= set(range(min(ends, default=len(self.words))))
        left = [w for i, w in enumerate(self.words) if i not in known and not (harmless(w) or w in _NOISE)]
        return " ".join(left)


def _past(text: str, stated: dict[str, str], knowledge: Knowledge) -> dict[str, str]:
    """What is stated, with what was years ago as a thing of the past: "bleeding ulcer 5 years ago" is none now."""
    weeks = weeks_ago(plain(text))
    if weeks is None or weeks < YEAR or _STILL.search(text):
        return stated
    facts = knowledge.plan.facts
    return {facts[key].past or key: name for key, name in stated.items()}


def _units_a_week(text: str) -> float | None:
    """Units of alcohol a week that a text tells; None where it tells no amount."""
    if not (_ALCOHOL.search(text) and (amount := _DRINKS.search(text))):
        return None
    units = float(amount[1]) * _UNITS.get(amount[2].lower()[:4], 1.0)
    return units * (1 if amount[3].lower().startswith("week") else 7)


def _medicines(case: Case, knowledge: Knowledge, out: Listed) -> None:
    words = vocabulary("medicine", knowledge)
    facts = knowledge.plan.facts
    explained = {broad for key in out.has for broad in facts[key].explains}
    for text in [part for whole in case.medicines for part in parts(without_measurements(whole))]:
        spans = words.phrases(worded(text).split())
        if _STOPPED.search(text) and len(spans) < 2:  # of two, one may have taken the other's place
            continue
        found, denied = words.told(worded(text))
        if _more_than_named(worded(text).split(), spans):
            out.unmatched.append(words.unmatched(text))
        told = reactions(worded(text).split(), (), knowledge)
        for key in told.stated:
            out.has.setdefault(key, f"listed: {text}")
        if told.unknown:
            out.unmatched.append(words.unmatched(text))
        for _, _, name, classes in spans:
            _take(name, classes & found.keys(), text, knowledge, out, explained=explained)
        if not (found or denied or told.stated or is_denied(text)) and not set(plain(text).split()) <= _NOISE | {
            w for w in plain(text).split() if w.isdigit()
        }:
            out.unmatched.append(words.unmatched(text))


def _more_than_named(words: list[str], spans: list[Span]) -> bool:
    """Whether a brand is followed by a word of a second substance that no recognised name covers."""
    starts = {start for start, _, _, _ in spans}
    return any(end < len(words) and words[end] in _SECOND and end + 1 not in starts for _, end, _, _ in spans)


def _take(
    name: str,
    classes: set[str],
    text: str,
    knowledge: Knowledge,
    out: Listed,
    *,
    how: str = TAKES,
    explained: Collection[str] = (),
) -> None:
    """A medicine that is taken, by its plain name, and the conditions that this states unless they are explained."""
    why = f"{how}{text}"
    for key in sorted(classes):
        medicine = knowledge.plan.medicines[key]
        if key not in out.takes:
            out.takes[key] = why
        elif text not in out.takes[key]:
            out.takes[key] += f", {text}"
        out.taken.setdefault(key, []).append(name)
        same = {name, *map(plain, knowledge.plan.medicine_names.get(name, ()))}
        out.open |= {f.id for f in knowledge.plan.facts.values() if same.intersection(map(plain, f.open_with))}
        for condition in {*medicine.states, *_states(medicine, knowledge).get(name, ())} - {*explained}:
            out.has.setdefault(condition, why)


_kept: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}


def _states(medicine: MedicineClass, knowledge: Knowledge) -> Mapping[str, tuple[str, ...]]:
    """Conditions that names of a class state, by the plain name; kept for the next case."""
    key = (knowledge.version, medicine.id)
    if key not in _kept:
        if len(_kept) > 400:
            _kept.clear()
        _kept[key] = {plain(name): (condition,) for name, condition in medicine.name_states.items()}
    return _kept[key]
