"""What the API answers, as JSON in bytes: the same data that the command line prints.

The handlers of the server call these; they know nothing of HTTP but the status of a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import orjson

from foramen.assessment.assess import assess, default_engine
from foramen.assessment.schemas import Of, schema_of
from foramen.errors import CaseError, nearest_match
from foramen.knowledge.catalogue import catalogue, treatments
from foramen.knowledge.loader import load_knowledge
from foramen.knowledge.uses import table
from foramen.records.case_file import case_from_mapping
from foramen.records.case_writer import case_to_mapping
from foramen.records.evidence import items_of
from foramen.records.reports.read import read_report
from foramen.records.reports.to_case import left_out, with_report
from foramen.web.api.reading import data_of, fields_of
from foramen.web.failures import RequestError

REPORT_FIELDS = ("text", "case")


def to_json(value: Any) -> bytes:
    """JSON of plain data and of frozen answers, without a copy of them in between."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def assessment(body: bytes, setting: str | None = None, detail: str = "full") -> bytes:
    """The assessment of a case. Raises ``CaseError``."""
    return to_json(assess(case_from_mapping(data_of(body)), setting=setting, detail=detail))


def report(body: bytes) -> bytes:
    """What a report says; with a case also that case with the findings added. Raises ``CaseError``."""
    given = fields_of(data_of(body), REPORT_FIELDS, ("text",))
    text = given["text"]
    if not isinstance(text, str):
        raise CaseError("expected text", field="text", given=type(text).__name__)
    found = read_report(text)
    out = found.to_dict()
    if "case" in given:
        case = case_from_mapping(given["case"])
        items_of(case, default_engine().model)  # a finding that no case can name is not passed on
        out["case"] = case_to_mapping(with_report(case, found))
        out["left_out"] = left_out((*found.findings, *found.also))
    return to_json(out)


class Catalogue:
    """Rows with ids: all of them, or one by its id or another of its names."""

    def __init__(self, kind: str, rows: Callable[[Any], list[dict[str, Any]]], names: str = "") -> None:
        self.kind, self._rows, self._names = kind, rows, names

    @cached_property
    def every(self) -> bytes:
        """All rows, in JSON."""
        return to_json(self._rows(load_knowledge()))

    @cached_property
    def _by_name(self) -> Mapping[str, bytes]:
        found: dict[str, bytes] = {}
        for row in self._rows(load_knowledge()):
            body = to_json(row)
            inner = [part["id"] for part in row[self._names]] if self._names else []
            found |= dict.fromkeys((row["id"], *inner), body)
        return found

    def one(self, name: str) -> bytes:
        """One row. Raises ``RequestError`` 404 with the nearest match."""
        found = self._by_name
        if name not in found:
            raise RequestError(
                404,
                f"no such {self.kind}",
                given=name,
                nearest=nearest_match(name, found),
                cure=f"`/api/v1/{self.kind}s` lists them.",
            )
        return found[name]


FINDINGS = Catalogue("finding", catalogue)
SOURCES = Catalogue("source", table, "figures")
TREATMENTS = Catalogue("treatment", treatments)


def schema(of: str) -> bytes:
    """The JSON Schema of a case or of an assessment. Raises ``RequestError`` 404."""
    known = tuple(str(o) for o in Of)
    if of not in known:
        raise RequestError(404, "no such schema", given=of, allowed=known, nearest=nearest_match(of, known))
    return to_json(schema_of(Of(of)))
