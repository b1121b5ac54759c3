"""The clinician's form and a case, each made from the other; nothing a case says is lost on the way.

Fields: ``f.<finding>`` or ``f.<finding>.<side>`` hold a state (or ``mrc:<grade>``); ``x`` (repeated) an
observation that no row can hold, as JSON; ``keep`` the rest of a case that was opened (studies, source …), as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from foramen.anatomy import SIDES
from foramen.case import Case, Observation
from foramen.errors import CaseError
from foramen.records.case_file import MEASUREMENTS, case_from_mapping
from foramen.records.case_writer import case_to_mapping
from foramen.web.visit import DEFICIT, MRC, OLD, SPHINCTERS, Visit

Fields = Mapping[str, Sequence[str]]
LISTS = ("medicines", "conditions")
SINCE: Mapping[str, dict[str, Any]] = {"new": {"new": True}, "old": {"new": False, "course": "unchanged"}}
LONGEST = 200_000  # characters of a hidden field


def case_from_form(fields: Fields, visit: Visit) -> Case:
    """The case that the filled-in form states. Raises ``CaseError`` that names the field."""
    kept = _json(_first(fields, "keep") or "{}", "keep")
    if not isinstance(kept, dict):
        raise CaseError("expected a mapping", field="keep")
    if not isinstance(kept.get("measurements", {}), dict):
        raise CaseError("expected a mapping", field="keep.measurements")
    raw: dict[str, Any] = {**kept, "context": _context(fields)}
    raw["findings"] = [*_rows(fields, visit), *(_json(x, "x") for x in fields.get("x", ()) if x)]
    for name in LISTS:
        raw[name] = _split(_first(fields, name))
        raw[f"{name}_complete"] = bool(_first(fields, f"{name}_complete"))
    measured = {k: _number(_first(fields, f"m.{k}"), f"m.{k}") for k in MEASUREMENTS}
    raw["measurements"] = {**kept.get("measurements", {}), **{k: v for k, v in measured.items() if v is not None}}
    return case_from_mapping(raw)


def form_from_case(case: Case, visit: Visit) -> dict[str, list[str]]:
    """The fields that state a case; what no row can hold goes into ``x`` and ``keep``."""
    raw = case_to_mapping(case)
    out: dict[str, list[str]] = {}
    for key, value in raw.pop("context").items():
        out[key] = [str(value)]
    rows, extra = visit.rows(), []
    for observation, plain in zip(case.observations, raw.pop("findings"), strict=True):
        row = rows.get(observation.finding)
        names = [] if row is None else _names(observation, sided=row.sided)
        value = _value(observation)
        if row is None or not names or value not in dict(row.options) or any(n in out for n in names):
            extra.append(json.dumps(plain))
        else:
            out |= {name: [value] for name in names}
    out["x"] = extra
    for name in LISTS:
        out[name] = [_joined(raw.pop(name, ()))]
        if raw.pop(f"{name}_complete", False):
            out[f"{name}_complete"] = ["1"]
    out |= {f"m.{k}": [f"{v:g}"] for k, v in raw.pop("measurements", {}).items()}
    out["keep"] = [json.dumps(raw)]
    return out


def _context(fields: Fields) -> dict[str, Any]:
    age = _number(_first(fields, "age"), "age")
    return {"age": age, "sex": _first(fields, "sex") or None, "setting": _first(fields, "setting") or None}


def _rows(fields: Fields, visit: Visit) -> Iterable[dict[str, Any]]:
    elsewhere_free = bool(_first(fields, "areas_complete"))
    areas = {r.id for a in visit.areas for r in (a.pain, a.numb) if r and r.sided} if elsewhere_free else set()
    for row in visit.rows().values():
        for name in row.fields():
            value = _first(fields, name) or ("absent" if row.id in areas else "")
            if not value:
                continue
            said = value.removesuffix(OLD)
            found: dict[str, Any] = {"finding": row.id}
            found |= {"mrc": said.removeprefix("mrc:")} if said.startswith("mrc:") else {"state": said}
            if row.sided:
                found["side"] = name.rpartition(".")[2]
            if said != value:
                found |= SINCE["old"]
            elif value != row.normal:
                found |= _since(fields, row.id)
            yield found


def _since(fields: Fields, finding: str) -> dict[str, Any]:
    """New, as the form says for loss of function, and for bladder and bowel; what is old is called so one by one."""
    kind = "deficit_since" if finding.startswith(DEFICIT) else "sphincter_since"
    known = finding.startswith((*DEFICIT, *SPHINCTERS)) and _first(fields, kind) == "new"
    return SINCE["new"] if known else {}


def _names(o: Observation, *, sided: bool) -> list[str]:
    """Fields that hold an observation; none where it says more than a state and a side."""
    more = (o.not_states, o.level, o.vertebra, o.root, o.degrees, o.study, o.since, o.new, o.course, o.previous, o.text)
    if any(x not in (None, ()) for x in more) or sided != (o.side is not None):
        return []
    if not sided:
        return [f"f.{o.finding}"]
    chosen = SIDES if o.side == "bilateral" else (o.side,)
    return [f"f.{o.finding}.{side}" for side in chosen] if set(chosen) <= set(SIDES) else []


def _value(o: Observation) -> str:
    if o.mrc is None:
        return o.state or ""
    grades = {round(int(g[0]) + {"": 0.0, "+": 1 / 3, "-": -1 / 3}[g[1:]], 3): g for g in MRC}
    return f"mrc:{grades.get(round(o.mrc, 3), '')}"


def _split(text: str) -> list[str]:
    """Names with commas between; with semicolons or lines between where there are any (a name may hold a comma)."""
    return [n.strip() for n in re.split(r"[;\n]" if re.search(r"[;\n]", text) else ",", text) if n.strip()]


def _joined(names: Sequence[str]) -> str:
    return "".join(f"{n}; " for n in names) if any("," in n for n in names) else ", ".join(names)


def _first(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    return values[0].strip() if values else ""


def _number(text: str, field: str) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise CaseError("expected a number", field=field, given=text) from None


def _json(text: str, field: str) -> Any:
    try:
        if len(text) > LONGEST:
            raise ValueError
        return json.loads(text)
    except (ValueError, RecursionError):
        raise CaseError(
            "is not readable", field=field, cure="Open the case again, or start a new assessment."
        ) from None
