"""The patient view: one question a screen by plain form posts; every post carries all answers, none is kept here."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from foramen.assessment.assess import assess, default_engine
from foramen.plan.leaflet import HEADINGS, RETURN_AT_ONCE, told
from foramen.records.case_writer import case_to_yaml
from foramen.web import i18n
from foramen.web.patient import flow
from foramen.web.patient.answers import AREAS, LISTS, NOTHING, UNKNOWN, Answers, clean
from foramen.web.patient.names import as_typed, lists_of, names
from foramen.web.patient.summary import Row, summary
from foramen.web.templates import language_of, page

router = APIRouter()
ADDRESS = "/patient"
ADULT_FROM = 18
MOST_FIELDS = 400
Fields = dict[str, list[str]]
AGE_FAULT = "Please write your age in years, as a number from 0 to 120."
PLACES_FAULT = "Please tick a place, or press one of the other buttons."
TICKED_FAULT = "You ticked a place. Take the tick away, or press Next."
NAMES_FAULT = "Please write at least one name, or the word none."
CHOICE_FAULT = "Please press one of the buttons."
FAULTS = {"number": AGE_FAULT, "places": PLACES_FAULT, "names": NAMES_FAULT, "choice": CHOICE_FAULT}
YOUNG = "This is made for adults. A child or a teenager with back pain should see a doctor for children soon."
GO_ON = "Is the age right? Then press Next again."
LEFT_OUT = "One answer does not fit an earlier one and is left out. You can go back and change it."


@router.get(ADDRESS)
def welcome(request: Request) -> Response:
    """What this is and is not, and when not to read on but to go."""
    return _welcome(request)


@router.post(ADDRESS)
async def step(request: Request) -> Response:
    """The screen after what was pressed."""
    return await run_in_threadpool(_step, request, await _fields(request))


@router.post(ADDRESS + "/case.yaml")
async def case_file(request: Request) -> Response:
    """The answers as a case file for the doctor."""
    return await run_in_threadpool(_case_file, request, await _fields(request))


async def _fields(request: Request) -> Fields:
    try:
        return parse_qs((await request.body()).decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:  # not UTF-8, or more fields than any form of ours
        return {}


def _one(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[0]


def _words(request: Request, fields: Fields) -> i18n.Words:
    return i18n.words(language_of(request, _one(fields, "lang")))


def _case_file(request: Request, fields: Fields) -> Response:
    engine = default_engine()
    answers = Answers.read(fields.get("a", []), engine.model.knowledge)
    lists = lists_of(answers, engine.model.knowledge, _words(request, fields))
    text = case_to_yaml(flow.state(answers, engine, lists, ended=True).case)
    headers = {"Content-Disposition": 'attachment; filename="foramen-answers.yaml"'}
    return Response(text, media_type="application/yaml", headers=headers)


def _step(request: Request, fields: Fields) -> Response:
    knowledge = default_engine().model.knowledge
    answers = Answers.read(fields.get("a", []), knowledge)
    question, pressed, here = _one(fields, "q"), _one(fields, "go"), _one(fields, "here")
    if question not in knowledge.patient.questions and question not in (*flow.ASK, ""):
        question = ""
    if pressed == "restart":
        return RedirectResponse(ADDRESS, 303)
    if pressed == "welcome" or (here == "welcome" and pressed != "begin"):
        return _welcome(request, _one(fields, "lang"))
    if pressed == "back":
        answers, question, was = answers.without_last()
        if not question:
            return _welcome(request)
        return _screen(request, fields, answers, question, was)
    given = [v for v in fields.get("v", []) if v.strip()]
    if pressed == "finish" or (here == "end" and not pressed):
        typed = clean(question, given, knowledge) if question and given else None  # what stands on the last screen
        return _end(request, fields, answers.with_one(question, typed) if typed else answers)
    if question and (pressed == "change" or _one(fields, "lang")):
        return _screen(request, fields, answers, question, " ".join(given))
    if question:
        ticked = question in AREAS and given not in ([], [NOTHING]) and (pressed == "skip" or NOTHING in given)
        answer = None if ticked else UNKNOWN if pressed == "skip" else clean(question, given, knowledge)
        if answer is None:
            fault = TICKED_FAULT if ticked else FAULTS[flow.screen(question, answers, knowledge).kind]
            return _screen(request, fields, answers, question, " ".join(given), fault)
        if question == "age" and _young(answer) and _one(fields, "sure") != answer:
            return _screen(request, fields, answers, question, answer, note=YOUNG, sure=answer)
        if question in LISTS and answer != UNKNOWN and pressed != "confirm":
            found = names(question, answer, knowledge, _words(request, fields))
            if found:
                asked = flow.screen(question, answers, knowledge)
                return _show(request, fields, "patient/confirm.html", answers, screen=asked, typed=answer, found=found)
        answers = answers.with_one(question, answer)
    return _next(request, fields, answers, question)


def _welcome(request: Request, wished: str = "") -> Response:
    return page(request, "patient/welcome.html", wished=wished, return_at_once=RETURN_AT_ONCE)


def _next(request: Request, fields: Fields, answers: Answers, answered: str) -> Response:
    engine = default_engine()
    now = flow.state(answers, engine, lists_of(answers, engine.model.knowledge, _words(request, fields)))
    if now.urgency.level == "emergency":
        return _stop(request, fields, answers, now)
    if now.screen is None:
        return _end(request, fields, answers)
    note = LEFT_OUT if answered in now.left_out else ""
    return _show(request, fields, "patient/question.html", answers, screen=now.screen, share=now.share, note=note)


def _young(age: str) -> bool:
    return age.isdecimal() and int(age) < ADULT_FROM


def _screen(
    request: Request, fields: Fields, answers: Answers, question: str, was: str, fault: str = "", **more: str
) -> Response:
    """A question that was shown before, with what was answered then."""
    engine = default_engine()
    asked = flow.screen(question, answers, engine.model.knowledge)
    now = flow.state(answers, engine, {}, ended=True)
    share = flow.way(answers, engine, now.case, now.urgency)[2]
    return _show(
        request, fields, "patient/question.html", answers, screen=asked, was=was, fault=fault, share=share, **more
    )


def _stop(request: Request, fields: Fields, answers: Answers, now: flow.State) -> Response:
    """An emergency: what to do now, and the answers that say so."""
    said = Answers({name: text for name, text in answers.given.items() if text not in (UNKNOWN, NOTHING)})
    short = summary(said, default_engine(), _words(request, fields))
    reasons: tuple[Row, ...] = (*short.flags, *short.risks, *short.complaint, *short.course)
    return _show(request, fields, "patient/stop.html", answers, tell=now.urgency.tell, reasons=reasons)


def _end(request: Request, fields: Fields, answers: Answers) -> Response:
    engine = default_engine()
    words = _words(request, fields)
    now = flow.state(answers, engine, lists_of(answers, engine.model.knowledge, words), ended=True)
    found = assess(now.case)
    assert found.plan is not None
    parts: dict[str, list[Any]] = {}
    for line in as_typed(found.plan.leaflet_lines, answers, engine.model.knowledge, words):
        parts.setdefault(line.part, []).append(line)
    open_now = tuple(str(row["finding"]) for row in found.urgency.not_yet_asked)
    return _show(
        request, fields, "patient/end.html", answers,
        urgency=found.urgency, leaflet=parts, summary=summary(answers, engine, words, open_now), case=now.case,
        headings=HEADINGS, told=partial(told, say=words.say),
        made_for_adults=YOUNG,
        young=now.case.age is not None and now.case.age < ADULT_FROM, left_out=LEFT_OUT if now.left_out else "",
    )  # fmt: skip


def _show(request: Request, fields: Fields, template: str, answers: Answers, **values: Any) -> Response:
    defaults: dict[str, Any] = {
        "was": _one(fields, "was"),
        "fault": "",
        "note": "",
        "sure": "",
        "go_on": GO_ON,
        "share": None,
        "parts": flow.PARTS,
    }
    return page(request, template, wished=_one(fields, "lang"), answers=answers.fields(), **{**defaults, **values})
