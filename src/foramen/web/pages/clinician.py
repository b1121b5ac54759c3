"""The clinician's page: a form in the order of a visit, and the answer beside it, anew after each change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from foramen.assessment.assess import assess
from foramen.case import MEASUREMENTS, Case
from foramen.errors import CaseError
from foramen.records.case_file import case_from_mapping, read_text
from foramen.records.case_writer import case_to_mapping, case_to_yaml
from foramen.records.evidence import UNSTATED
from foramen.records.plain import decode
from foramen.web.answer import Answer, answer_of, leaflet_parts, waterfall_of
from foramen.web.body import body
from foramen.web.examples import examples
from foramen.web.faults import UNITS, Problem, problem_of
from foramen.web.form import LISTS, Fields, case_from_form, form_from_case, plain_words, said_words
from foramen.web.report_text import ShownReport, add_report
from foramen.web.stated import Stated, stated
from foramen.web.templates import page
from foramen.web.visit import places, visit

router = APIRouter(prefix="/assess")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows of a form: the answer, the report as it was read, and what is told at the fields."""

    answer: Answer | None
    report: ShownReport | None
    stated: Stated


@router.get("")
def new(request: Request) -> Response:
    """An empty form."""
    return _form_page(request, {})


@router.get("/example/{name}")
async def example(request: Request, name: str) -> Response:
    """A published case, opened in the form."""
    found = {e.name: e for e in examples(request.app.state.settings.examples)}
    if name not in found:
        raise HTTPException(404)
    fields = form_from_case(found[name].case, visit())
    shown = await run_in_threadpool(_answer, fields)
    return _form_page(request, fields, shown, found[name].words)


@router.post("")
async def submitted(request: Request) -> Response:
    """The form sent whole, as browsers without script do; with what is wrong with it, and all that was entered."""
    fields = await _fields(request)
    try:
        return _form_page(request, fields, await run_in_threadpool(_answer, fields))
    except CaseError as error:
        return _form_page(request, fields, problem=problem_of(error, fields, visit()))


@router.post("/open")
async def opened(request: Request) -> Response:
    """A case file, opened in the form. Raises ``CaseError`` as ``read_case`` does."""
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise CaseError("no file was chosen", field="file", cure="Choose a case file (YAML or JSON).")
        case = await run_in_threadpool(_read, await file.read())
    fields = form_from_case(case, visit())
    return _form_page(request, fields, await run_in_threadpool(_answer, fields))


@router.post("/live")
async def live(request: Request) -> Response:
    """For the changed form: the urgency, cause, place and culprits at once; the page then asks for the whole answer."""
    fields = await _fields(request)
    try:
        shown = await run_in_threadpool(_answer, fields, "summary")
    except CaseError as error:
        return _told(request, fields, error)
    response = page(request, "assess/live.html", a=shown.answer, report=shown.report, stated=shown.stated, lists=LISTS)
    response.headers["HX-Trigger-After-Settle"] = "first-shown"
    return response


@router.post("/whole")
async def whole(request: Request) -> Response:
    """The whole answer for the form, after its first part was shown."""
    fields = await _fields(request)
    try:
        shown = await run_in_threadpool(_answer, fields)
    except CaseError as error:
        return _told(request, fields, error)
    return page(request, "assess/whole.html", a=shown.answer, stated=shown.stated, lists=LISTS)


@router.post("/why")
async def why(request: Request) -> Response:
    """The waterfall of one answer: how each finding in turn moved it."""
    fields = await _fields(request)
    case, _ = await run_in_threadpool(_case, fields)  # a long report takes long to read
    name = (fields.get("answer") or [""])[0]
    return page(request, "assess/waterfall.html", w=await run_in_threadpool(waterfall_of, case, name))


@router.post("/add")
async def add(request: Request) -> Response:
    """One finding with its place, as a line to put into the form. Raises ``CaseError`` where it makes no sense."""
    fields = await _fields(request)
    first = {k: v[0] for k, v in fields.items() if v and v[0]}
    known = {a.id: a for a in visit().addable}
    chosen = known.get(first.get("add.finding", ""))
    if chosen is None:
        raise CaseError("choose a finding", field="finding")
    raw = {"finding": chosen.id, "state": first.get("add.state") or chosen.states[0]}
    if chosen.site in ("level", "level_side"):
        raw["level"] = first.get("add.level") or "unstated"
    if chosen.site == "vertebra":
        raw["vertebra"] = first.get("add.vertebra") or "unstated"
    if "side" in chosen.site:
        raw["side"] = first.get("add.side") or "unstated"
    await run_in_threadpool(assess, case_from_mapping({"findings": [raw]}), draws=1)  # refuses what cannot be
    return page(request, "assess/extra.html", extras=_extras([json.dumps(raw)]))


@router.post("/report")
async def printed(request: Request) -> Response:
    """A report for the notes, to print."""
    return await _document(request, "assess/report.html")


@router.post("/leaflet")
async def leaflet(request: Request) -> Response:
    """The patient's leaflet, to print."""
    return await _document(request, "assess/leaflet.html")


@router.post("/case.{kind}")
async def download(request: Request, kind: str) -> Response:
    """The case as a file that ``foramen assess`` reads."""
    case, _ = await run_in_threadpool(_case, await _fields(request))
    if kind == "yaml":
        text, media = case_to_yaml(case), "application/yaml"
    elif kind == "json":
        text, media = json.dumps(case_to_mapping(case), ensure_ascii=False, indent=2), "application/json"
    else:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="case.{kind}"'}
    return Response(text, media_type=f"{media}; charset=utf-8", headers=headers)


def _read(body: bytes) -> Case:
    return read_text(decode(body, "the file"))


async def _document(request: Request, template: str) -> Response:
    fields = await _fields(request)
    try:
        shown = await run_in_threadpool(_answer, fields)
    except CaseError as error:  # in a tab of its own, with all that was entered
        return _form_page(request, fields, problem=problem_of(error, fields, visit()))
    return page(request, template, a=shown.answer, leaflet_parts=leaflet_parts)


def _told(request: Request, fields: Fields, error: CaseError) -> Response:
    """What is wrong, beside the last answer, which stays where it is."""
    problem = problem_of(error, fields, visit())
    response = page(request, "assess/problem.html", status=problem.status, problem=problem)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#answer-problem", "innerHTML"
    return response


async def _fields(request: Request) -> dict[str, list[str]]:
    form: FormData = await request.form(max_fields=3000, max_files=0)
    return {key: [v for v in form.getlist(key) if isinstance(v, str)] for key in form}


def _case(fields: Fields) -> tuple[Case, ShownReport | None]:
    """The case of the form with its report's findings."""
    first = {k: v[0] for k, v in fields.items() if v}
    return add_report(case_from_form(fields, visit()), first.get("report", ""), lambda name: first.get(name, ""))


def _answer(fields: Fields, detail: str = "full") -> Shown:
    case, report = _case(fields)
    return Shown(answer_of(case, detail), report, stated(case))


def _form_page(
    request: Request, fields: Fields, shown: Shown | None = None, words: str = "", problem: Problem | None = None
) -> Response:
    shown = shown or Shown(None, None, Stated())
    return page(
        request,
        "assess/page.html",
        status=problem.status if problem else 200,
        v=visit(),
        body=body(),
        field={k: v[0] for k, v in fields.items() if v and k != "x"},
        said_words=said_words,
        extras=_extras(fields.get("x", ())),
        places=places(),
        units={k: UNITS.get(k, k.replace("_", " ")) for k in MEASUREMENTS},
        lists=LISTS,
        words=words,
        a=shown.answer,
        report=shown.report,
        stated=shown.stated,
        problem=problem,
        opened=sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:16],
    )


def _extras(texts: Any) -> list[tuple[str, str]]:
    """(JSON, words) of observations that no row holds; what cannot be read is shown as it stands."""
    out = []
    names = {a.id: a.name for a in visit().addable} | {r.id: r.name for r in visit().rows().values()}
    for text in texts:
        try:
            raw = json.loads(text)
            raw = {"finding": raw} if isinstance(raw, str) else raw
            where = " ".join(
                str(raw[k]) for k in ("side", "root", "vertebra", "level") if raw.get(k, UNSTATED) != UNSTATED
            )
            name = names.get(raw["finding"], raw["finding"])
            words = f"{name}{', ' + where if where else ''}: {plain_words(raw)}"
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            words = text[:60]
        out.append((text, words.replace("_", " ")))
    return out
