"""Read a case from YAML, JSON or a mapping. Whatever is wrong is said at once, by field, and nothing is half-read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from foramen.anatomy import SETTINGS, SEXES
from foramen.case import Case, Observation, Study
from foramen.errors import CaseError, nearest_match

LIMIT = 1_000_000  # bytes; a case is a few kilobytes
MODALITIES = ("mri", "ct", "xray", "ultrasound")
REGIONS = ("lumbar", "thoracic", "cervical", "whole_spine", "pelvis", "hip", "abdomen", "chest", "leg")
TOP = ("id", "context", "findings", "studies", "medicines", "conditions", "scores", "source", "truth", "not_encoded", "note")  # fmt: skip
CONTEXT = ("age", "sex", "setting")
OBSERVATION = (
    "finding", "state", "not", "side", "level", "vertebra", "root", "mrc", "degrees", "study",
    "since", "new", "course", "previous", "text",
)  # fmt: skip
STUDY = ("id", "modality", "region", "complete", "date")


def read_case(source: str | Path | Mapping[str, Any]) -> Case:
    """A case from a file path, YAML/JSON text, or a mapping.

    Raises ``CaseError`` that names the field, what was given and what is allowed.
    """
    if isinstance(source, Mapping):
        return case_from_mapping(source)
    if isinstance(source, Path):
        return case_from_mapping(_load(_read_file(source)))
    return case_from_mapping(_load(source))


def _read_file(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > LIMIT:
            raise CaseError(f"the file is {size / 1e6:.0f} MB; a case has at most 1 MB", field=path.name)
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CaseError("no such file", field=str(path)) from None
    except UnicodeDecodeError:
        raise CaseError("not a text file in UTF-8", field=path.name) from None
    except OSError as error:
        raise CaseError(f"cannot be read ({error.strerror})", field=str(path)) from None


def _load(text: str) -> Mapping[str, Any]:
    if len(text) > LIMIT:
        raise CaseError(f"the case is {len(text) / 1e6:.0f} MB; at most 1 MB is read")
    if not text.strip():
        raise CaseError("the case is empty", cure="A case needs at least `findings:`; see `foramen schema case`.")
    import yaml

    try:
        if text.lstrip().startswith("{"):
            try:
                loaded = json.loads(text)
            except ValueError:
                loaded = yaml.load(text, Loader=_loader())
        else:
            loaded = yaml.load(text, Loader=_loader())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the text"
        raise CaseError("this is not valid YAML or JSON", field=where, cure="Check indentation and quotes.") from None
    except (RecursionError, ValueError):
        raise CaseError("this is not valid YAML or JSON") from None
    if not isinstance(loaded, Mapping):
        raise CaseError("a case is a mapping of fields", given=type(loaded).__name__, allowed=TOP)
    return loaded


def _loader() -> Any:
    """A safe loader without aliases (which can blow a small text up) and without dates."""
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Plain(base):  # type: ignore[misc, valid-type]
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("aliases are not allowed")
            return super().compose_node(parent, index)

    Plain.yaml_implicit_resolvers = {
        first: [(tag, regexp) for tag, regexp in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in base.yaml_implicit_resolvers.items()
    }
    return Plain


def case_from_mapping(raw: Mapping[str, Any]) -> Case:
    """A case from plain data, checked for form (not yet for the vocabulary)."""
    _keys(raw, TOP, "")
    context = _mapping(raw.get("context"), "context")
    _keys(context, CONTEXT, "context.")
    studies = tuple(_study(s, f"studies[{i}]") for i, s in enumerate(_list(raw.get("studies"), "studies")))
    names = {s.id for s in studies}
    observations = []
    for i, item in enumerate(_list(raw.get("findings"), "findings")):
        observation = _observation(item, f"findings[{i}]")
        if observation.study and observation.study not in names:
            raise CaseError(
                "this study is not listed under studies", field=f"findings[{i}].study", given=observation.study,
                allowed=sorted(names),
            )  # fmt: skip
        observations.append(observation)
    scores = _mapping(raw.get("scores"), "scores")
    return Case(
        id=_text(raw.get("id", "case"), "id") or "case",
        age=_age(context.get("age")),
        sex=_choice(context.get("sex"), SEXES, "context.sex"),
        setting=_choice(context.get("setting"), SETTINGS, "context.setting"),
        observations=tuple(observations),
        studies=studies,
        medicines=_names(raw.get("medicines"), "medicines"),
        conditions=_names(raw.get("conditions"), "conditions"),
        scores={str(k): _number(v, f"scores.{k}", 0, 1000) or 0.0 for k, v in scores.items()},
        source=_mapping(raw.get("source"), "source"),
    )


def _observation(item: Any, field: str) -> Observation:
    if isinstance(item, str):
        item = {"finding": item}
    if not isinstance(item, Mapping):
        raise CaseError("a finding is a mapping such as {finding: slr, side: left, state: negative}", field=field,
                        given=item)  # fmt: skip
    _keys(item, OBSERVATION, f"{field}.")
    if not item.get("finding"):
        raise CaseError("the finding's id is missing", field=f"{field}.finding", cure="`foramen findings` lists all ids.")
    state = item.get("state")
    if isinstance(state, bool):
        state = "present" if state else "absent"
    denied = item.get("not")
    denied = [denied] if isinstance(denied, str) else _list(denied, f"{field}.not")
    if state is None and not denied and item.get("mrc") is None and item.get("degrees") is None:
        state = "present"
    new = item.get("new")
    if new is not None and not isinstance(new, bool):
        raise CaseError("new is true or false", field=f"{field}.new", given=new)
    return Observation(
        finding=_text(item["finding"], f"{field}.finding"),
        state=None if state is None else _text(state, f"{field}.state"),
        not_states=tuple(_text(s, f"{field}.not") for s in denied),
        side=_optional(item, "side", field),
        level=_optional(item, "level", field),
        vertebra=_optional(item, "vertebra", field),
        root=_optional(item, "root", field),
        mrc=_mrc(item.get("mrc"), f"{field}.mrc"),
        degrees=_number(item.get("degrees"), f"{field}.degrees", 0, 180),
        study=_optional(item, "study", field),
        since=_optional(item, "since", field),
        new=new,
        course=_optional(item, "course", field),
        previous=_optional(item, "previous", field),
        text=_optional(item, "text", field),
    )


def _study(item: Any, field: str) -> Study:
    item = _mapping(item, field)
    _keys(item, STUDY, f"{field}.")
    complete = item.get("complete", False)
    if not isinstance(complete, bool):
        raise CaseError("complete is true or false", field=f"{field}.complete", given=complete)
    return Study(
        id=_text(item.get("id", "study"), f"{field}.id"),
        modality=_choice(item.get("modality", "mri"), MODALITIES, f"{field}.modality") or "mri",
        region=_choice(item.get("region", "lumbar"), REGIONS, f"{field}.region") or "lumbar",
        complete=complete,
        date=_optional(item, "date", field),
    )


def _keys(raw: Mapping[str, Any], allowed: tuple[str, ...], prefix: str) -> None:
    for key in raw:
        if key not in allowed:
            raise CaseError(
                "unknown field", field=f"{prefix}{str(key)[:60]}", allowed=allowed, nearest=nearest_match(key, allowed)
            )


def _mapping(raw: Any, field: str) -> Mapping[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise CaseError("expected a mapping of fields", field=field, given=raw)
    return raw


def _list(raw: Any, field: str) -> list[Any]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise CaseError("expected a list", field=field, given=raw)
    return raw


def _text(raw: Any, field: str) -> str:
    if isinstance(raw, str | int | float) and not isinstance(raw, bool):
        return str(raw)
    raise CaseError("expected text", field=field, given=raw)


def _optional(item: Mapping[str, Any], key: str, field: str) -> str | None:
    return None if item.get(key) is None else _text(item[key], f"{field}.{key}")


def _names(raw: Any, field: str) -> tuple[str, ...]:
    return tuple(_text(x, f"{field}[{i}]") for i, x in enumerate(_list(raw, field)))


def _choice(raw: Any, allowed: tuple[str, ...], field: str) -> str | None:
    if raw is None:
        return None
    if raw not in allowed:
        raise CaseError("not a known value", field=field, given=raw, allowed=allowed, nearest=nearest_match(raw, allowed))
    return str(raw)


def _number(raw: Any, field: str, low: float, high: float) -> float | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw) or not low <= raw <= high:
        raise CaseError(f"expected a number from {low:g} to {high:g}", field=field, given=raw)
    return float(raw)


def _age(raw: Any) -> float | None:
    return _number(raw, "context.age", 0, 120)


def _mrc(raw: Any, field: str) -> float | None:
    """MRC grade 0-5; ``4-`` and ``4+`` count a third of a grade."""
    if isinstance(raw, str) and raw[:1].isdigit() and raw[1:] in ("", "+", "-"):
        raw = int(raw[0]) + {"": 0.0, "+": 1 / 3, "-": -1 / 3}[raw[1:]]
    return _number(raw, field, 0, 5)
