"""Write a case back as YAML that ``read_case`` reads to the same case."""

from __future__ import annotations

import os
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

from foramen.case import Case, Observation, Study, Tried
from foramen.errors import CaseError

_NAMES = {"not_states": "not"}


def case_to_mapping(case: Case) -> dict[str, Any]:
    """Plain data of a case; what is not stated is left out."""
    out: dict[str, Any] = {"id": case.id}
    if case.source:
        out["source"] = dict(case.source)
    context = {"age": _short(case.age), "sex": case.sex, "setting": case.setting}
    out["context"] = {k: v for k, v in context.items() if v is not None}
    if case.studies:
        out["studies"] = [_entry(study) for study in case.studies]
    out["findings"] = [_entry(o) for o in case.observations]
    for name in ("medicines", "conditions", "no_conditions"):
        if names := getattr(case, name):
            out[name] = list(names)
    for name in ("medicines_complete", "conditions_complete"):
        if getattr(case, name):
            out[name] = True
    if case.measurements:
        out["measurements"] = {key: _short(value) for key, value in case.measurements.items()}
    if case.tried:
        out["tried"] = [_entry(t) for t in case.tried]
    if case.scores:
        out["scores"] = {key: _short(value) for key, value in case.scores.items()}
    return out


def case_to_yaml(case: Case) -> str:
    """YAML text of a case, one finding a line. Raises ``CaseError`` where ``source`` is not plain data."""
    import yaml

    data = case_to_mapping(case)
    try:
        return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, default_flow_style=None, width=10_000))
    except yaml.YAMLError:
        raise CaseError("holds values that cannot be written as YAML", field="source") from None


def write_case(case: Case, path: str | Path) -> Path:
    """Write a case to a file, whole or not at all. Raises ``CaseError`` where the place cannot be written."""
    target = Path(path)
    text = case_to_yaml(case)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(temporary, target)
    except OSError as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        raise CaseError(f"cannot be written ({error.strerror})", field=str(path)) from None
    return target


def _entry(item: Observation | Study | Tried) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for f in fields(item):
        value = getattr(item, f.name)
        if value is None or value == ():
            continue
        value = list(value) if isinstance(value, tuple) else _short(value)
        out[_NAMES.get(f.name, f.name)] = value
    return out


def _short(value: Any) -> Any:
    """Whole numbers without a decimal point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
