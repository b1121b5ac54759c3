"""What the end page tells the doctor: the answers in the order in which a doctor takes a history."""

from __future__ import annotations

from dataclasses import dataclass

from foramen.inference.engine import Engine
from foramen.knowledge.schema import Knowledge
from foramen.triage.urgency import rulebook
from foramen.web.i18n import Words
from foramen.web.patient.answers import ABOUT, AREAS, LISTS, NOTHING, UNKNOWN, Answers, areas, places
from foramen.web.patient.flow import CHOICES
from foramen.web.patient.names import names

COURSE = ("duration", "onset", "course", "weakness_progression", "previous_episodes")
WHERE = {"pain": "Pain", "numb": "Numbness or tingling"}
LISTED = {"medicines": "Medicines", "conditions": "Illnesses"}
SIDE = {"left": "left", "right": "right"}
BOTH = "both sides"
NONE = "none"
NOT_RECOGNISED = "not recognised here"
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the summary, in the reader's language; ``said`` is empty where the name tells all.

    ``name`` is what was asked, in the interview's own words, wherever there was a question.
    """

    name: str
    said: str = ""

    def __str__(self) -> str:
        join = " " if self.name.endswith("?") else ": "
        return f"{self.name}{join}{self.said}" if self.said else self.name


@dataclass(frozen=True, slots=True)
class Summary:
    """Groups of lines; ``open`` are warning signs not answered.

    ``risks``: illnesses and habits that are asked along with the warning signs, such as diabetes, and are none.
    """

    complaint: tuple[Row, ...]
    course: tuple[Row, ...]
    flags: tuple[Row, ...]
    denied: tuple[Row, ...]
    risks: tuple[Row, ...]
    no_risks: tuple[Row, ...]
    more: tuple[Row, ...]
    lists: tuple[Row, ...]
    open: tuple[Row, ...]


def red_flags(knowledge: Knowledge) -> frozenset[str]:
    """Findings that a patient is asked for as warning signs."""
    asked = {name for topic in rulebook(knowledge)[1].topics for name in topic.questions}
    asked |= {name for name in knowledge.patient.questions if knowledge.findings[name].category == "red_flag"}
    asked |= set(knowledge.patient.first)
    return frozenset(name for name in asked - set(COURSE) if name in knowledge.patient.questions)


def summary(answers: Answers, engine: Engine, words: Words, open_now: tuple[str, ...] = ()) -> Summary:
    """The summary. ``open_now``: findings of red-flag questions that are not answered."""
    knowledge = engine.model.knowledge
    given = answers.given
    flags = red_flags(knowledge)
    asked = {name: said for name, said in given.items() if name not in (*ABOUT, *LISTS) and said != UNKNOWN}
    risks = {name for name in flags if knowledge.findings[name].category == "risk_factor"}
    negative = {name for name, said in asked.items() if said in ("no", "none")}

    def rows(ids: list[str]) -> tuple[Row, ...]:
        return tuple(
            Row(words.say(knowledge.patient.questions[n].ask), _said(n, asked[n], knowledge, words)) for n in ids
        )

    course = [name for name in COURSE if name in asked]
    rest = [name for name in asked if name not in COURSE]
    skipped = [name for name, said in given.items() if said == UNKNOWN and name in flags]
    pending = [n for n in dict.fromkeys([*skipped, *open_now]) if n in knowledge.patient.questions and n not in asked]
    return Summary(
        complaint=tuple(_where(question, given[question], knowledge, words) for question in AREAS if question in given),
        course=rows(course),
        flags=rows([name for name in rest if name in flags - risks and name not in negative]),
        denied=rows([name for name in rest if name in flags - risks and name in negative]),
        risks=rows([name for name in rest if name in risks - negative]),
        no_risks=rows([name for name in rest if name in risks & negative]),
        more=rows([name for name in rest if name not in flags]),
        lists=tuple(_listed(kind, given[kind], knowledge, words) for kind in LISTS if kind in given),
        open=tuple(Row(words.say(knowledge.patient.questions[name].ask)) for name in pending),
    )


def _said(name: str, answer: str, knowledge: Knowledge, words: Words) -> str:
    given = knowledge.patient.questions[name].answers.get(answer)
    return words.say(given or CHOICES["side"].get(answer) or CHOICES["yes"].get(answer, answer))


def _where(question: str, answer: str, knowledge: Knowledge, words: Words) -> Row:
    title = words.say(WHERE[question])
    if answer in (UNKNOWN, NOTHING):
        return Row(title, words.say(NOT_KNOWN if answer == UNKNOWN else NONE))
    ticked = answer.split()
    told = []
    for area in areas(question, knowledge):
        sides = [place.partition(".")[2] for place in places(area) if place in ticked]
        if sides:
            side = BOTH if len(sides) == 2 else SIDE.get(sides[0], "")
            told.append(words.say(area.name) + (f" ({words.say(side)})" if side else ""))
    return Row(title, "; ".join(told))


def _listed(kind: str, answer: str, knowledge: Knowledge, words: Words) -> Row:
    title = words.say(LISTED[kind])
    if answer == UNKNOWN:
        return Row(title, words.say(NOT_KNOWN))
    found = names(kind, answer, knowledge, words)
    told = [n.typed if n.means else f"{n.typed} ({words.say(NOT_RECOGNISED)})" for n in found]
    return Row(title, "; ".join(told) or words.say(NONE))
