"""The answers of a patient as they travel in the form, and the case they make. The server keeps none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from foramen.anatomy import SETTINGS, SIDES
from foramen.assessment.interview import ZERO_WORDS, sided, with_answers
from foramen.case import Case, Observation
from foramen.inference.engine import Engine
from foramen.knowledge.patient_words import Area
from foramen.knowledge.schema import Knowledge

UNKNOWN = "?"  # skipped or not known
NOTHING = "none"
AREAS = ("pain", "numb")
LISTS = ("medicines", "conditions")
ABOUT = ("age", "sex", *AREAS)
LONGEST = 1000  # characters of a free text
OLDEST = 120


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers in the order in which they were given, by question: a finding's id, or one of ``ABOUT`` and ``LISTS``."""

    given: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, fields: Iterable[str], knowledge: Knowledge) -> Answers:
        """Answers from form fields ``question=answer``; what is not a possible answer is dropped."""
        out: dict[str, str] = {}
        for text in fields:
            question, _, answer = text.partition("=")
            if (said := clean(question, [answer], knowledge)) is not None:
                out[question] = said
        return cls(out)

    def fields(self) -> list[str]:
        """The form fields that ``read`` reads."""
        return [f"{question}={answer}" for question, answer in self.given.items()]

    def with_one(self, question: str, answer: str) -> Answers:
        return Answers({**self.given, question: answer})

    def without_last(self) -> tuple[Answers, str, str]:
        """The answers before the last one, and that question and answer; empty where there is none."""
        if not self.given:
            return self, "", ""
        *before, (question, answer) = self.given.items()
        return Answers(dict(before)), question, answer

    def present(self, knowledge: Knowledge) -> frozenset[str]:
        """Findings and composites that were answered with yes."""
        said = {o.finding for found in observations(self, knowledge).values() for o in found if not _normal(o)}
        return frozenset(said | {c.id for c in knowledge.composites.values() if said & set(c.any_of)})


def clean(question: str, values: Iterable[str], knowledge: Knowledge) -> str | None:
    """An answer as it is kept, or None where it is not a possible one."""
    given = [v.strip() for v in values]
    if given == [UNKNOWN]:
        return UNKNOWN if question in (*ABOUT, *LISTS) or question in knowledge.patient.questions else None
    if question == "age":
        text = given[0] if given else ""
        return str(int(text)) if text.isdecimal() and len(text) < 4 and int(text) <= OLDEST else None
    if question == "sex":
        return given[0] if given and given[0] in ("female", "male") else None
    if question in AREAS:
        ticked = [part for v in given for part in v.split()]
        if NOTHING in ticked:
            return NOTHING
        allowed = {place for area in areas(question, knowledge) for place in places(area)}
        return " ".join(dict.fromkeys(ticked)) if ticked and set(ticked) <= allowed else None
    if question in LISTS:
        text = " ".join(" ".join(given).split())[:LONGEST]
        return text or None
    if question in knowledge.patient.questions and len(given) == 1:
        return given[0] if given[0] in possible(question, knowledge) else None
    return None


def possible(question: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The answers that a question about a finding can have, besides not known."""
    finding = knowledge.findings[question]
    if knowledge.patient.questions[question].answers:
        return finding.states
    return (*SIDES, "both", "no") if finding.site == "side" else ("yes", "no")


def areas(question: str, knowledge: Knowledge) -> list[Area]:
    """The places that a question about places offers."""
    return [a for a in knowledge.patient.areas if question == "pain" or a.numb]


def places(area: Area) -> tuple[str, ...]:
    """How a place is named in an answer: ``back``, ``calf.left``."""
    return (area.id,) if area.mid else tuple(f"{area.id}.{side}" for side in SIDES)


def observations(answers: Answers, knowledge: Knowledge) -> dict[str, list[Observation]]:
    """What the answers say, by question."""
    out: dict[str, list[Observation]] = {}
    for question, answer in answers.given.items():
        if answer == UNKNOWN:
            continue
        if question in AREAS:
            out[question] = _places(question, set(answer.split()), knowledge)
        elif question in knowledge.patient.questions:
            out[question] = _finding(question, answer, knowledge)
    return out


def _finding(name: str, answer: str, knowledge: Knowledge) -> list[Observation]:
    states = knowledge.findings[name].states
    if answer in states:
        return [Observation(name, answer)]
    if answer == "no" and knowledge.patient.questions[name].yes_only:
        return []
    if knowledge.findings[name].site == "side":
        return sided(name, states, answer)
    return [Observation(name, states[0] if answer == "no" else states[1])]


def _places(question: str, ticked: set[str], knowledge: Knowledge) -> list[Observation]:
    """All places were shown: one that is not ticked is free."""
    out = []
    for area in areas(question, knowledge):
        name = area.pain if question == "pain" else area.numb
        if area.mid:
            out.append(Observation(name, "present" if area.id in ticked else "absent"))
            continue
        sides = [side for side in SIDES if f"{area.id}.{side}" in ticked]
        answer = "both" if len(sides) == 2 else sides[0] if sides else "no"
        out += sided(name, knowledge.findings[name].states, answer)
    return out


def _normal(o: Observation) -> bool:
    return o.state in ZERO_WORDS


def case_of(answers: Answers, engine: Engine, lists: Mapping[str, tuple[str, ...]]) -> tuple[Case, tuple[str, ...]]:
    """The case, and the questions whose answers contradict earlier ones and are left out.

    ``lists``: names of medicines and conditions as the vocabulary has them; all of them where a list was answered.
    """
    age, sex = answers.given.get("age", UNKNOWN), answers.given.get("sex", UNKNOWN)
    known = {name: answers.given.get(name, UNKNOWN) != UNKNOWN for name in LISTS}
    case = Case(
        id="patient",
        setting=SETTINGS[0],  # who asks this page is no patient of a hospital
        age=None if age == UNKNOWN else float(age),
        sex=None if sex == UNKNOWN else sex,
        medicines=lists.get("medicines", ()),
        conditions=lists.get("conditions", ()),
        medicines_complete=known["medicines"],
        conditions_complete=known["conditions"],
    )
    return with_answers(case, observations(answers, engine.model.knowledge), engine)
