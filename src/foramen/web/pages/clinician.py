"""The clinician's page: a form in the order of a visit, and the answer beside it, anew after each change."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from foramen.assessment.assess import assess
from foramen.case import Case
from foramen.errors import CaseError
from foramen.records.case_file import MEASUREMENTS, case_from_mapping, read_case
from foramen.records.case_writer import case_to_mapping, case_to_yaml
from foramen.records.plain import decode
from foramen.web.answer import Answer, answer_of, leaflet_parts, waterfall_of
from foramen.web.body import body
from foramen.web.examples import examples
from foramen.web.form import LISTS, Fields, case_from_form, form_from_case
from foramen.web.report_text import ShownReport, add_report
from foramen.web.templates import page
from foramen.web.visit import places, visit

router = APIRouter(prefix="/assess")
UNITS = {
    "egfr": "eGFR (mL/min/1.73 m²)",
    "pregnancy_weeks": "Weeks of pregnancy",
    "inr": "INR",
    "platelets": "Platelets (10⁹/L)",
    "hba1c_percent": "HbA1c (%)",
    "pelvic_incidence": "Pelvic incidence (°)",
    "pelvic_tilt": "Pelvic tilt (°)",
    "sacral_slope": "Sacral slope (°)",
    "lumbar_lordosis": "Lumbar lordosis (°)",
    "pelvic_radius": "Pelvic radius",
}


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
    return _form_page(request, fields, found[name].words, shown)


@router.post("")
async def submitted(request: Request) -> Response:
    """The form sent whole, as browsers without script do."""
    fields = await _fields(request)
    return _form_page(request, fields, shown=await run_in_threadpool(_answer, fields))


@router.post("/open")
async def opened(request: Request) -> Response:
    """A case file, opened in the form. Raises ``CaseError`` as ``read_case`` does."""
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise CaseError("no file was chosen", field="file", cure="Choose a case file (YAML or JSON).")
        case = await run_in_threadpool(_read, await file.read())
    fields = form_from_case(case, visit())
    return _form_page(request, fields, shown=await run_in_threadpool(_answer, fields))


@router.post("/live")
async def live(request: Request) -> Response:
    """For the changed form: the urgency, cause, place and culprits at once; the page then asks for the whole answer."""
    fields = await _fields(request)
    answer, report = await run_in_threadpool(_answer, fields, "summary")
    response = page(request, "assess/live.html", a=answer, report=report)
    response.headers["HX-Trigger-After-Settle"] = "first-shown"
    return response


@router.post("/whole")
async def whole(request: Request) -> Response:
    """The whole answer for the form, after its first part was shown."""
    answer, _ = await run_in_threadpool(_answer, await _fields(request))
    return page(request, "assess/whole.html", a=answer)


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
    return read_case(decode(body, "the file"))


async def _document(request: Request, template: str) -> Response:
    answer, _ = await run_in_threadpool(_answer, await _fields(request))
    return page(request, template, a=answer, leaflet_parts=leaflet_parts)


async def _fields(request: Request) -> dict[str, list[str]]:
    form: FormData = await request.form(max_fields=3000, max_files=0)
    return {key: [v for v in form.getlist(key) if isinstance(v, str)] for key in form}


def _case(fields: Fields) -> tuple[Case, ShownReport | None]:
    """The case of the form with its report's findings."""
    first = {k: v[0] for k, v in fields.items() if v}
    return add_report(case_from_form(fields, visit()), first.get("report", ""), lambda name: first.get(name, ""))


def _answer(fields: Fields, detail: str = "full") -> tuple[Answer, ShownReport | None]:
    case, report = _case(fields)
    return answer_of(case, detail), report


def _form_page(
    request: Request, fields: Fields, words: str = "", shown: tuple[Answer | None, ShownReport | None] = (None, None)
) -> Response:
    answer, report = shown
    return page(
        request,
        "assess/page.html",
        v=visit(),
        body=body(),
        field={k: v[0] for k, v in fields.items() if v and k != "x"},
        extras=_extras(fields.get("x", ())),
        places=places(),
        units={k: UNITS.get(k, k.replace("_", " ")) for k in MEASUREMENTS},
        lists=LISTS,
        words=words,
        a=answer,
        report=report,
        opened=sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:16],
    )


def _extras(texts: Any) -> list[tuple[str, str]]:
    """(JSON, words) of observations that no row holds."""
    out = []
    names = {a.id: a.name for a in visit().addable} | {r.id: r.name for r in visit().rows().values()}
    for text in texts:
        raw = json.loads(text)
        raw = {"finding": raw} if isinstance(raw, str) else raw
        where = " ".join(str(raw[k]) for k in ("side", "root", "vertebra", "level") if raw.get(k))
        more = [str(raw[k]) for k in ("state", "mrc", "degrees") if raw.get(k) is not None]
        more += [f"not {', '.join(raw['not'])}"] if raw.get("not") else []
        words = (
            f"{names.get(raw['finding'], raw['finding'])}{', ' + where if where else ''}: {' '.join(more) or 'present'}"
        )
        out.append((text, words.replace("_", " ")))
    return out
