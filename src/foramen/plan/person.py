"""What is true of this person: each condition and medicine class present, absent or not known, and from what.

Not listed is not absent. Absence needs a denial, a finding that says so, a measurement, a list called complete,
or a broader condition that is absent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from foramen.knowledge.plan_schema import Contraindication, MedicineClass, PersonFact, PlanKnowledge, Treatment
from foramen.plan.computed import ABSENT, PRESENT, UNKNOWN, computed
from foramen.plan.situation import Situation
from foramen.records.known import ABNORMAL, NORMAL, known_state
from foramen.records.listed import read_lists
from foramen.records.measured import told_measurements
from foramen.records.names import plain

CAUDA = "cauda_equina"
LISTED_TOO = ("disc_sequestered_or_multilevel",)  # computed, and told by the list of conditions where that is silent
NOT_LISTED = "not among the conditions listed"
AGE = "age"  # the question that a limit of age asks
# measures whose key is no word
MEASURES = {"inr": "INR", "egfr": "eGFR", "pain_0_100": "pain of 100"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Present, absent or unknown, and what says so; ``narrower``: the condition it is an instance of, where one is.

    ``held``: unknown only because a list that is called complete holds a name that is not recognised.
    """

    state: str
    because: str = ""
    narrower: str = ""
    held: bool = False


_UNKNOWN = Standing(UNKNOWN)
_HELD = Standing(UNKNOWN, held=True)


class Person:
    """Facts about the person of a situation, found once and kept."""

    UNMATCHED = "unmatched_condition"

    def __init__(self, situation: Situation, plan: PlanKnowledge) -> None:
        self.situation, self.plan = situation, plan
        listed = read_lists(situation.case, situation.knowledge)
        self.unmatched, self.has, self.denied, self.takes = listed.unmatched, listed.has, listed.denied, listed.takes
        self.taken = listed.taken
        self.open = listed.open
        self.told = told_measurements(situation.case)  # values named in the lists
        self._kept: dict[str, Standing] = {}
        self._standings: dict[tuple[str, str | float], Standing] = {}

    @property
    def unmatched_medicines(self) -> list[str]:
        return [u.name for u in self.unmatched if u.kind == "medicine"]

    @property
    def unmatched_conditions(self) -> list[str]:
        return [u.name for u in self.unmatched if u.kind == "condition"]

    def fact(self, key: str) -> Standing:
        """Whether a condition (or another fact of ``conditions/``) is so."""
        if key not in self._kept:
            self._kept[key] = self._fact(self.plan.facts[key])
        return self._kept[key]

    def _fact(self, fact: PersonFact) -> Standing:
        if reason := self._present(fact):
            return Standing(PRESENT, reason, self._narrower(fact))
        if reason := self._absent(fact):
            return Standing(ABSENT, reason)
        return (
            _HELD
            if (not fact.judged or fact.computed in LISTED_TOO) and self.unmatched_conditions and self._by_list(fact)
            else _UNKNOWN
        )

    def _present(self, fact: PersonFact) -> str:
        s = self.situation
        if fact.id in self.has:
            return self.has[fact.id]
        for narrower in self.plan.facts.values():
            if fact.id in narrower.implies and (reason := self._present(narrower)):
                return reason
        for finding in (*fact.findings, *fact.states):
            if self._by_finding(fact, finding) == ABNORMAL:
                return f"finding: {s.knowledge.findings[finding].name}"
        if self._measured(fact) is True:
            return self._values(fact)
        if fired := [rule for rule in fact.rules if rule in s.rules]:
            return f"warning sign: {s.knowledge.red_flags[fired[0]].name}"
        p = s.cauda if fact.computed == CAUDA else s.share(fact.causes)
        if fact.at_least and p >= fact.at_least.p[0]:
            return f"the model gives it {p:.0%}"
        return self._computed(fact, PRESENT)

    def _absent(self, fact: PersonFact) -> str:
        s = self.situation
        if fact.id in self.denied:
            return self.denied[fact.id]
        if any(self.fact(broader).state == ABSENT for broader in fact.implies):
            return "a broader condition is absent"
        for other in self.plan.facts.values():
            if fact.id in other.excludes and (reason := self._present(other)):
                return reason
        for finding in (*fact.findings, *fact.denies):
            if self._by_finding(fact, finding) == NORMAL:
                return f"finding absent: {(s.knowledge.composites.get(finding) or s.knowledge.findings[finding]).name}"
        if self._measured(fact) is False:
            return self._values(fact)
        if self._excluded(fact):
            return "age or sex"
        if fact.judged:
            told = "" if fact.computed in ("", CAUDA) else self._computed(fact, ABSENT)
            if told or fact.computed not in ("", CAUDA, *LISTED_TOO):
                return told
            if fact.computed not in LISTED_TOO:
                return "" if s.open_topics.intersection(fact.topics) else "red flags answered"
        return "" if self.unmatched_conditions or not self._by_list(fact) else NOT_LISTED

    def _by_list(self, fact: PersonFact) -> bool:
        """Whether a list of conditions that is called complete would hold it."""
        if fact.asked or fact.id in self.open or not self.situation.case.conditions_complete:
            return False
        # a broader condition that is listed leaves open whether it is the narrower one
        return all(self.fact(broader).state != PRESENT for broader in fact.implies)

    def _measured(self, fact: PersonFact) -> bool | None:
        """Whether one of the values makes it so; that none does is known once all are."""
        told = []
        for key, (side, bound) in fact.measured.items():
            low, high = self._value(key)
            known = low >= bound or high <= bound
            told.append((low >= bound) == (side == "at_least") if known else None)
        return True if True in told else None if None in told or not told else False

    def _values(self, fact: PersonFact) -> str:
        """What was measured, in words: ``measured: inr 2.6``."""
        words = {key: told.words for key, told in self.told.items()}
        values = {**self.situation.case.scores, **self.situation.case.measurements}
        words |= {key: f"{MEASURES.get(key, key.replace('_', ' '))} {value:g}" for key, value in values.items()}
        told = [words[key] for key in fact.measured if key in words]
        return f"measured: {', '.join(told)}" if told else "measured"

    def _narrower(self, fact: PersonFact) -> str:
        """The narrower condition that alone makes a condition present; empty where it is stated itself."""
        if fact.id in self.has or ABNORMAL in [self._by_finding(fact, f) for f in (*fact.findings, *fact.states)]:
            return ""
        for narrower in self.plan.facts.values():
            if fact.id in narrower.implies and self._present(narrower):
                return self._narrower(narrower) or narrower.name
        return ""

    def _by_finding(self, fact: PersonFact, name: str) -> str:
        """Whether a finding says that a fact is so (``abnormal``) or not (``normal``); empty where it says neither."""
        if name not in fact.only:
            return self.known(name)
        s = self.situation
        states = s.knowledge.findings[name].states
        left = {state for state, x in zip(states, s.evidence.vectors.get(name, ()), strict=False) if x}
        own = left.intersection(fact.only[name])
        if left and not own:
            return NORMAL
        # one of its abnormal states, which one is not told: on the safe side, unless this one is denied
        some = bool(left) and states[0] not in left
        return ABNORMAL if some and (own == left or fact.id not in self.denied) else ""

    def known(self, name: str) -> str:
        """Whether a finding, or what a composite stands for, is surely abnormal somewhere or normal everywhere."""
        s = self.situation
        composite = s.knowledge.composites.get(name)
        return known_state(composite.any_of if composite else [name], s.knowledge, s.evidence)

    def _value(self, key: str) -> tuple[float, float]:
        """Lowest value, and first one too high, of a score or measurement, by itself or by a finding that tells it."""
        s = self.situation
        values = {**s.case.scores, **s.case.measurements}
        if key in values:
            return values[key], math.nextafter(values[key], math.inf)
        if key in self.told:
            return self.told[key][:2]
        finding = s.knowledge.scored.get(key)
        if finding and finding.id in s.evidence.vectors:
            edges = (-math.inf, *finding.score[key], math.inf)
            possible = [k for k, x in enumerate(s.evidence.vectors[finding.id]) if x]
            return edges[possible[0]], edges[possible[-1] + 1]
        return -math.inf, math.inf

    def _excluded(self, fact: PersonFact) -> bool:
        case, limits = self.situation.case, fact.absent_in
        return bool(
            (limits.get("sex") and case.sex == limits["sex"])
            or ("age_at_least" in limits and case.age is not None and case.age >= float(limits["age_at_least"]))
        )

    def _computed(self, fact: PersonFact, wanted: str) -> str:
        state, why = computed(self, fact.computed)
        return why if state == wanted else ""

    def bars(self, treatment: str) -> list[str]:
        """Conditions and medicines of this person that block a treatment, other than taking it already."""
        spec = self.plan.treatments[treatment]
        own = {m for m in self.plan.medicines if self.is_itself(spec, m)}
        told = [r for r in spec.contraindications if r.effect == "blocked" and r.kind in ("condition", "medicine")]
        present = [r for r in told if r.value not in own and self.standing(r).state == PRESENT]
        return list(dict.fromkeys(self.plan.words(r, self.situation.knowledge.findings) for r in present))

    def is_itself(self, treatment: Treatment, medicine: str) -> bool:
        """Whether what is taken of a class of medicines is that treatment, not only something that acts alike."""
        own = self.plan.medicines.get(medicine)
        if own is None:
            return False
        names, taken = {plain(n) for n in treatment.names}, self.taken.get(medicine, ())
        return treatment.id in own.same_as or bool(taken and all(n in names for n in taken))

    def treats(self, medicine: str) -> str:
        """The condition that all that is taken of a class of medicines is the treatment of; empty where none."""
        own, taken = self.plan.medicines.get(medicine), self.taken.get(medicine, ())
        meant = {plain(name): condition for name, condition in own.treats.items()} if own else {}
        told = {meant.get(name, "") for name in taken}
        return told.pop() if len(told) == 1 else ""

    def medicine(self, key: str) -> Standing:
        """Whether a class of medicines is taken."""
        own: MedicineClass = self.plan.medicines[key]
        s = self.situation
        if key in self.takes:
            return Standing(PRESENT, self.takes[key])
        for finding in own.findings:
            if (state := known_state([finding], s.knowledge, s.evidence)) == ABNORMAL:
                return Standing(PRESENT, f"finding: {s.knowledge.findings[finding].name}")
            if state == NORMAL:
                return Standing(ABSENT, f"finding absent: {s.knowledge.findings[finding].name}")
        if s.case.medicines_complete and self.unmatched_medicines:
            return _HELD
        return Standing(ABSENT, "not among the medicines listed") if s.case.medicines_complete else _UNKNOWN

    def standing(self, row: Contraindication) -> Standing:
        """Whether what a contraindication names is so."""
        key = (row.kind, row.value)
        if key not in self._standings:
            self._standings[key] = self._standing(row)
        return self._standings[key]

    def _standing(self, row: Contraindication) -> Standing:
        age = self.situation.case.age
        match row.kind:
            case "condition":
                return self.fact(str(row.value))
            case "medicine":
                return self.medicine(str(row.value))
            case "finding":
                s = self.situation
                state = known_state([str(row.value)], s.knowledge, s.evidence)
                return Standing({ABNORMAL: PRESENT, NORMAL: ABSENT}.get(state, UNKNOWN), "finding" if state else "")
        if age is None:
            return _UNKNOWN
        met = age >= float(row.value) if row.kind == "age_at_least" else age < float(row.value)
        return Standing(PRESENT if met else ABSENT, f"age {age:g}")

    def asks_name(self, row: Contraindication) -> tuple[str, str, str]:
        """(id, question, words) that settle what an unrecognised name alone holds open."""
        kind = "medicine" if row.kind == "medicine" else "condition"
        names = ", ".join(f"“{u.name}”" for u in self.unmatched if u.kind == kind)
        return f"unmatched_{kind}", f"What is {names}? Enter it by another name.", f"{names} (not recognised)"

    def unmeasured(self, row: Contraindication) -> PersonFact | None:
        """The narrower condition that only a measurement settles in this person: platelets with a sick liver."""
        if row.kind != "condition":
            return None
        for fact in self.plan.facts.values():
            if not fact.measured_with or row.value not in fact.implies:
                continue
            known = fact.id in self.denied or self._measured(fact) is not None or any(map(self.known, fact.states))
            if not known and any(self.standing(r).state == PRESENT for r in fact.measured_with):
                return fact
        return None

    def waits_for_red_flags(self, row: Contraindication) -> bool:
        """Whether the red-flag questions, not a question of its own, settle a contraindication."""
        return row.kind == "condition" and bool(self.plan.facts[str(row.value)].topics)

    def asks(self, row: Contraindication) -> tuple[str, str]:
        """(id, question) that settles a contraindication."""
        match row.kind:
            case "condition":
                fact = self.plan.facts[str(row.value)]
                return fact.id, fact.question
            case "medicine":
                own = self.plan.medicines[str(row.value)]
                return own.id, own.question or f"Is {own.name} taken?"
            case "finding":
                finding = self.situation.knowledge.findings[str(row.value)]
                return finding.id, finding.question or finding.name
        return AGE, "How old is the patient?"
