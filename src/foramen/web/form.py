"""The clinician's form and a case, each made from the other; nothing a case says is lost on the way.

Fields: ``f.<finding>`` or ``f.<finding>.<side>`` hold a state (or ``mrc:<grade>``), or, as JSON, what an opened case
says beyond that (new, since when, degrees …); ``x`` (repeated) an observation that no row can hold, as JSON; ``keep``
the rest of a case that was opened (studies, source …), as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from foramen.anatomy import SIDES
from foramen.case import MEASUREMENTS, Case, Observation
from foramen.errors import CaseError
from foramen.records.case_file import case_from_mapping
from foramen.records.case_writer import case_to_mapping
from foramen.web.visit import DEFICIT, MRC, OLD, SPHINCTERS, Row, Visit

Fields = Mapping[str, Sequence[str]]
LISTS = ("medicines", "conditions")
SINCE: Mapping[str, dict[str, Any]] = {"new": {"new": True}, "old": {"new": False, "course": "unchanged"}}
LATER = {"since": "since ", "course": "", "previous": "before: ", "text": ""}
LONGEST = 200_000  # characters of a hidden field


def case_from_form(fields: Fields, visit: Visit) -> Case:
    """The case that the filled-in form states. Raises ``CaseError`` that names the field."""
    kept = _json(first(fields, "keep") or "{}", "keep")
    if not isinstance(kept, dict):
        raise CaseError("expected a mapping", field="keep")
    if not isinstance(kept.get("measurements", {}), dict):
        raise CaseError("expected a mapping", field="keep.measurements")
    raw: dict[str, Any] = {**kept, "context": _context(fields)}
    raw["findings"] = [*_rows(fields, visit), *(_json(x, "x") for x in fields.get("x", ()) if x)]
    for name in LISTS:
        raw[name] = _split(first(fields, name))
        raw[f"{name}_complete"] = bool(first(fields, f"{name}_complete"))
    measured = {k: number(first(fields, f"m.{k}"), f"m.{k}") for k in MEASUREMENTS}
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
        if row is None or not names or any(n in out for n in names):
            extra.append(json.dumps(plain))
        else:
            out |= {name: [_value(observation, plain, row)] for name in names}
    out["x"] = extra
    for name in LISTS:
        out[name] = [_joined(raw.pop(name, ()))]
        if raw.pop(f"{name}_complete", False):
            out[f"{name}_complete"] = ["1"]
    out |= {f"m.{k}": [f"{v:g}"] for k, v in raw.pop("measurements", {}).items()}
    out["keep"] = [json.dumps(raw)]
    return out


def _context(fields: Fields) -> dict[str, Any]:
    age = number(first(fields, "age"), "age")
    return {"age": age, "sex": first(fields, "sex") or None, "setting": first(fields, "setting") or None}


def _rows(fields: Fields, visit: Visit) -> Iterable[dict[str, Any]]:
    elsewhere_free = bool(first(fields, "areas_complete"))
    areas = {r.id for a in visit.areas for r in (a.pain, a.numb) if r and r.sided} if elsewhere_free else set()
    for row in visit.rows().values():
        for name in row.fields():
            value = first(fields, name) or ("absent" if row.id in areas else "")
            if not value:
                continue
            said = value.removesuffix(OLD)
            more = _json(value, name) if value.startswith("{") else None
            found: dict[str, Any] = {**(more or {}), "finding": row.id}
            if more is None:
                found |= {"mrc": said.removeprefix("mrc:")} if said.startswith("mrc:") else {"state": said}
            if row.sided:
                found["side"] = name.rpartition(".")[2]
            if more is not None:
                pass  # it says itself how old it is
            elif said != value:
                found |= SINCE["old"]
            elif value != row.normal:
                found |= _since(fields, row.id)
            yield found


def _since(fields: Fields, finding: str) -> dict[str, Any]:
    """New, as the form says for loss of function, and for bladder and bowel; what is old is called so one by one."""
    kind = "deficit_since" if finding.startswith(DEFICIT) else "sphincter_since"
    known = finding.startswith((*DEFICIT, *SPHINCTERS)) and first(fields, kind) == "new"
    return SINCE["new"] if known else {}


def _names(o: Observation, *, sided: bool) -> list[str]:
    """Fields that hold an observation; none where it has another place than a side, or no side where one is asked."""
    if any((o.level, o.vertebra, o.root)) or sided != (o.side is not None):
        return []
    if not sided:
        return [f"f.{o.finding}"]
    chosen = SIDES if o.side == "bilateral" else (o.side,)
    return [f"f.{o.finding}.{side}" for side in chosen] if set(chosen) <= set(SIDES) else []


def _value(o: Observation, plain: Mapping[str, Any], row: Row) -> str:
    """The row's own option that says the same, else all that is said, as JSON."""
    more = {k: v for k, v in plain.items() if k not in ("finding", "side")}
    old = all(more.get(k) == v for k, v in SINCE["old"].items())
    said = {k: v for k, v in more.items() if not (old and k in SINCE["old"])}
    if set(said) == {"state"}:
        value = str(said["state"])
    elif set(said) == {"mrc"} and o.mrc is not None:
        value = f"mrc:{_grade(o.mrc)}"
    else:
        value = ""
    value += OLD if old else ""
    return value if value in dict(row.options) else json.dumps(more)


def _grade(mrc: float) -> str:
    """``3+`` for 3.33; empty for what is no grade of the list."""
    grades = {round(int(g[0]) + {"": 0.0, "+": 1 / 3, "-": -1 / 3}[g[1:]], 3): g for g in MRC}
    return grades.get(round(mrc, 3), "")


def said_words(value: str, row: Row) -> str:
    """What a field says, in words: those of its option, or what an opened case says beyond them, ``3+/5, new``."""
    if not value.startswith("{"):
        return dict(row.options).get(value, value)
    try:
        raw = _json(value, row.id)
    except CaseError:
        return value[:40]
    if row.binary and raw.get("state") in ("present", "absent"):
        raw["state"] = "yes" if raw["state"] == "present" else "no"
    return plain_words(raw)


def plain_words(raw: Mapping[str, Any]) -> str:
    """The state or measure of an observation, as plain data, and what is said of its age and course."""
    mrc, degrees, denied = raw.get("mrc"), raw.get("degrees"), raw.get("not")
    parts = [raw.get("state"), f"{_grade(mrc) or format(mrc, '.3g')}/5" if isinstance(mrc, int | float) else mrc]
    parts.append(f"{degrees:g}°" if isinstance(degrees, int | float) else degrees)
    parts.append(f"not {', '.join(map(str, denied)) if isinstance(denied, list) else denied}" if denied else None)
    parts.append("new" if raw.get("new") is True else "old" if raw.get("new") is False else None)
    parts += [f"{words}{raw[key]}" for key, words in LATER.items() if raw.get(key)]
    return ", ".join(str(p).replace("_", " ") for p in parts if p is not None) or "present"


def _split(text: str) -> list[str]:
    """Names with commas between; with semicolons or lines between where there are any (a name may hold a comma)."""
    return [n.strip() for n in re.split(r"[;\n]" if re.search(r"[;\n]", text) else ",", text) if n.strip()]


def _joined(names: Sequence[str]) -> str:
    return "".join(f"{n}; " for n in names) if any("," in n for n in names) else ", ".join(names)


def first(fields: Fields, name: str) -> str:
    """The first value of a field; empty without one."""
    values = fields.get(name, ())
    return values[0].strip() if values else ""


def number(text: str, field: str) -> float | None:
    """A number as people write it, with a point or a comma; None for an empty field. Raises ``CaseError``."""
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
