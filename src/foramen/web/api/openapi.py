"""The OpenAPI 3.1 document of the API, put together from the schemas that the command line prints."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

import foramen
from foramen.anatomy import SETTINGS
from foramen.assessment.assess import DETAILS, default_engine
from foramen.assessment.schemas import Of
from foramen.errors import CaseError
from foramen.records.case_file import read_case
from foramen.records.case_writer import case_to_mapping
from foramen.records.evidence import items_of
from foramen.web.api.reading import JSON
from foramen.web.api.schemas import HOME, components
from foramen.web.examples import examples
from foramen.web.failures import problem
from foramen.web.settings import Settings

Part = dict[str, Any]
PROBLEM = "application/problem+json"
WORDS = {
    400: "Not readable: broken JSON, not UTF-8, a field twice, NaN.",
    401: "A password is needed.",
    403: "A page of another site sent this.",
    404: "No such id; `nearest` names the closest one.",
    405: "Not this method; `Allow` names those that are.",
    409: "Findings that cannot both be true.",
    413: "Larger than is accepted.",
    415: "Not `application/json` in UTF-8.",
    421: "The server does not answer to this host name.",
    422: "Cannot be used as it stands; `field` says where.",
    500: "A fault of the server. No part of the request is logged.",
}
ALWAYS = (405, 421, 422, 500)
WITH_BODY = (400, 403, 413, 415)
REPORT = "MRI lumbar spine. L4-L5: left paracentral disc extrusion compressing the left L5 root. L5-S1: disc bulge."
BROKEN = {"findings": [{"finding": "slr", "side": "up"}]}
ABOUT = """
Stateless: each request carries the case, each answer is complete, nothing is kept. Answers are those of the command
line's `--json`. `HEAD` is answered wherever `GET` is.

A request that meets its schema can still be refused with 422 where a text names what does not exist (a study that is
not listed, a treatment that is not known), where two studies have one id, or where too many findings leave their place
open; and with 409 where findings contradict each other.

Foramen supports a clinician's judgement and never replaces it. It is research software, not a medical device.
"""


@lru_cache(maxsize=4)
def document(settings: Settings) -> bytes:
    """The document of a server with these settings, as JSON."""
    secured = bool(settings.password)
    found = {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Foramen",
            "version": foramen.__version__,
            "summary": "Pinched nerves in the lower back: urgency, root, cause, culprit, why, what next.",
            "description": ABOUT.strip(),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": "cases", "description": "One case in, one answer out."},
            {"name": "knowledge", "description": "What the answers rest on."},
        ],
        "paths": {path: {method: _secured(o, secured)} for path, method, o in _operations(settings)},
        "components": {"schemas": components(), "responses": _responses()},
    }
    if secured:
        found["components"]["securitySchemes"] = {  # type: ignore[index]
            "basic": {"type": "http", "scheme": "basic", "description": "Any user name."},
            "bearer": {"type": "http", "scheme": "bearer"},
        }
        found["security"] = [{"basic": []}, {"bearer": []}]
    return orjson.dumps(found)


def _operations(settings: Settings) -> list[tuple[str, str, Part]]:
    cases = {e.name: {"summary": e.words, "value": case_to_mapping(e.case)} for e in examples(settings.examples)}
    setting = {
        "name": "setting",
        "in": "query",
        "description": "Where the patient consults; overrides the case's.",
        "schema": {"enum": list(SETTINGS)},
    }
    detail = {
        "name": "detail",
        "in": "query",
        "description": "`summary` leaves out why, what next and what helps, with intervals of fewer draws: faster.",
        "schema": {"enum": list(DETAILS), "default": DETAILS[0]},
    }
    reports = {"report": {"summary": "A report alone", "value": {"text": REPORT}}}
    if cases:
        first = next(iter(cases.values()))["value"]
        reports["both"] = {"summary": "A report and a case", "value": {"text": REPORT, "case": first}}
    found = [
        ("/assess", "post", _operation(
            "assess", "cases", "Assess a case", "Assessment", (409,), body=("Case", cases),
            parameters=[setting, detail],
        )),
        ("/read-report", "post", _operation(
            "read_report", "cases", "Read an imaging report", "ReadReport", (409,), body=("ReportRequest", reports),
        )),
    ]  # fmt: skip
    for name, words in (("finding", "findings"), ("source", "sources"), ("treatment", "treatments")):
        every = {"type": "array", "items": {"$ref": HOME + name.capitalize()}}
        also = ", or the source of a figure by the figure's" if name == "source" else ""
        found += [
            (f"/{words}", "get", _operation(f"list_{words}", "knowledge", f"All {words}", every)),
            (f"/{words}/{{id}}", "get", _operation(
                f"get_{name}", "knowledge", f"One {name}", name.capitalize(), (404,),
                parameters=[_in_path("id", {"type": "string", "minLength": 1}, f"The {name} by its id{also}.")],
            )),
        ]  # fmt: skip
    of = _in_path("of", {"enum": [str(o) for o in Of]}, "Of what.")
    anything = {"type": "object", "required": ["$schema"]}
    found += [
        ("/schema/{of}", "get", _operation(
            "get_schema", "knowledge", "JSON Schema of a case or of an assessment", anything, (404,),
            parameters=[of], media="application/schema+json",
        )),
        ("/openapi.json", "get", _operation("get_openapi", "knowledge", "This document", {"type": "object"})),
    ]  # fmt: skip
    return [(f"/api/v1{path}", method, operation) for path, method, operation in found]


def _operation(
    name: str,
    tag: str,
    summary: str,
    answer: str | Part,
    problems: tuple[int, ...] = (),
    *,
    body: tuple[str, Part] | None = None,
    parameters: list[Part] | None = None,
    media: str = JSON,
) -> Part:
    """One operation: what it takes, what it answers, how it can fail."""
    schema = {"$ref": HOME + answer} if isinstance(answer, str) else answer
    failing = sorted({*ALWAYS, *problems, *(WITH_BODY if body else ())})
    out: Part = {"operationId": name, "tags": [tag], "summary": summary}
    if parameters:
        out["parameters"] = parameters
    if body:
        content: Part = {"schema": {"$ref": HOME + body[0]}}
        if body[1]:
            content["examples"] = body[1]
        out["requestBody"] = {"required": True, "content": {JSON: content}}
    out["responses"] = {"200": {"description": "Done.", "content": {media: {"schema": schema}}}}
    out["responses"] |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in failing}
    return out


def _secured(operation: Part, secured: bool) -> Part:
    if secured:
        operation["responses"]["401"] = {"$ref": "#/components/responses/401"}
    return operation


def _in_path(name: str, schema: Part, words: str) -> Part:
    return {"name": name, "in": "path", "required": True, "description": words, "schema": schema}


def _responses() -> dict[str, Part]:
    """A response for each status that is no success."""
    out = {}
    for status, words in WORDS.items():
        content: Part = {"schema": {"$ref": HOME + "Problem"}}
        if status == 422:
            content["example"] = _example()
        out[str(status)] = {"description": words, "content": {PROBLEM: content}}
    headers = {"schema": {"type": "string"}, "required": True}
    out["401"]["headers"] = {"WWW-Authenticate": headers}
    out["405"]["headers"] = {"Allow": headers}
    return out


def _example() -> Part:
    """The problem that a wrong side makes."""
    try:
        items_of(read_case(BROKEN), default_engine().model)
    except CaseError as error:
        return problem(error, 422)
    raise AssertionError("the broken case is accepted")
