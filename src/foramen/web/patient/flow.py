"""Which screen comes next: about the person, where it hurts, warning signs, lists, then what would tell most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from foramen.assessment.interview import best_questions, open_flags
from foramen.inference.engine import Engine
from foramen.knowledge.patient_words import Area
from foramen.knowledge.schema import Knowledge
from foramen.triage import urgency as urgency_of
from foramen.triage.urgency import rulebook
from foramen.web.patient.answers import ABOUT, AREAS, LISTS, Answers, areas, case_of, possible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from foramen.assessment.result import UrgencyAnswer
    from foramen.case import Case

MOST = 15  # questions after the lists; more would not be answered with care (assumption)
PARTS = ("You", "Where it is", "Warning signs", "Medicines and illnesses", "A few more questions")
ASK = {
    "age": "How old are you?",
    "sex": "Are you a woman or a man?",
    "pain": "Where does it hurt?",
    "numb": "Where is it numb, or does it tingle?",
    "medicines": "Which medicines do you take?",
    "conditions": "Which illnesses do you have, or have you had?",
}
HELP = {
    "age": "Some causes are more common at some ages.",
    "sex": "Some causes are more common in women or in men.",
    "pain": "Tap every place where it hurts. Left means your own left side.",
    "numb": "Tap every place that feels numb or tingles. Left means your own left side.",
    "medicines": "Write all of them, with commas between. Write none if you take none.",
    "conditions": "Write all of them, with commas between, such as diabetes, asthma. Write none if you have none.",
}
CHOICES = {
    "sex": {"female": "Woman", "male": "Man"},
    "yes": {"yes": "Yes", "no": "No"},
    "side": {"left": "Yes, on the left", "right": "Yes, on the right", "both": "Yes, on both sides", "no": "No"},
}
NO_PLACE = {"pain": "I have no pain", "numb": "Nothing is numb"}


@dataclass(frozen=True, slots=True)
class Screen:
    """One question. ``kind``: number, choice, places or names; ``part``: index of ``PARTS``."""

    id: str
    kind: str
    part: int
    ask: str
    help: str = ""
    choices: Mapping[str, str] | None = None
    areas: tuple[Area, ...] = ()
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Where the interview stands. ``screen`` is None at its end; ``left_out``: answers that contradict earlier ones."""

    case: Case
    urgency: UrgencyAnswer
    left_out: tuple[str, ...]
    screen: Screen | None
    share: float


def state(answers: Answers, engine: Engine, lists: Mapping[str, tuple[str, ...]], *, ended: bool = False) -> State:
    """What the answers say and what comes next. In an emergency, or if ``ended``, nothing is looked for."""
    case, left_out = case_of(answers, engine, lists)
    # a patient's "none" to a list answers no warning sign: each is asked by its own words
    asked = replace(case, medicines_complete=False, conditions_complete=False)
    urgency = urgency_of(asked, engine)  # the model's part as well: what it calls an emergency stops the interview, too
    name, share = "", 1.0
    if not ended and urgency.level != "emergency":
        name, share = _next(answers, engine, case, urgency)
    return State(case, urgency, left_out, screen(name, answers, engine.model.knowledge) if name else None, share)


def _next(answers: Answers, engine: Engine, case: Case, urgency: UrgencyAnswer) -> tuple[str, float]:
    """The next question, empty at the end, and the share of the way that is behind."""
    known = engine.model.knowledge.patient.questions
    todo, more, share = way(answers, engine, case, urgency)
    if todo or more <= 0:
        return next(iter(todo), ""), share
    present = answers.present(engine.model.knowledge)
    others = {*answers.given, *(name for name in engine.model.knowledge.findings if name not in known)}
    best = best_questions(case, engine, others, ("question",))
    return next((n.finding for n in best if known[n.finding].suits(case.age, case.sex, present)), ""), share


def way(answers: Answers, engine: Engine, case: Case, urgency: UrgencyAnswer) -> tuple[list[str], int, float]:
    """Questions that are asked in any case and still open, how many more may follow, and the share behind."""
    knowledge = engine.model.knowledge
    done, known = answers.given, knowledge.patient.questions
    present = answers.present(knowledge)
    rows = [str(row["finding"]) for row in open_flags(urgency, done, engine)]

    def to_ask(names: Iterable[str]) -> list[str]:
        new = [name for name in dict.fromkeys(names) if name not in done and name in known]
        return [name for name in new if known[name].suits(case.age, case.sex, present)]

    first = to_ask(knowledge.patient.first)
    # the lists come before the other flags: a medicine that was named answers for itself, and none is denied by haste
    todo = [name for name in ABOUT if name not in done] + first + [name for name in LISTS if name not in done]
    todo += [name for name in to_ask(rows) if name not in first]
    more = MOST - _asked_beyond(answers, knowledge)
    return todo, more, len(done) / max(1, len(done) + len(todo) + max(more, 0))


def _asked_beyond(answers: Answers, knowledge: Knowledge) -> int:
    """How many answered questions were put because they tell much."""
    topics = {name for topic in rulebook(knowledge)[1].topics for name in topic.questions}
    return len(set(answers.given) - topics - {*ABOUT, *LISTS, *knowledge.patient.first})


def screen(name: str, answers: Answers, knowledge: Knowledge) -> Screen:
    """The question ``name`` as it is shown."""
    if name in ABOUT or name in LISTS:
        part = 3 if name in LISTS else 1 if name in AREAS else 0
        kind = {"age": "number", "sex": "choice"}.get(name, "places" if name in AREAS else "names")
        places = tuple(areas(name, knowledge)) if name in AREAS else ()
        return Screen(name, kind, part, ASK[name], HELP[name], CHOICES.get(name), places, NO_PLACE.get(name, ""))
    question = knowledge.patient.questions[name]
    side = knowledge.findings[name].site == "side"
    words = question.answers or CHOICES["side" if side else "yes"]
    choices = {value: words[value] for value in possible(name, knowledge)}
    return Screen(
        name, "choice", 2 if not set(LISTS) <= set(answers.given) else 4, question.ask, question.help, choices
    )
