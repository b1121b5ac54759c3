"""Read a case from YAML, JSON or a mapping. What is wrong is said at once, by field; nothing is half-read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from foramen.anatomy import SETTINGS, SEXES
from foramen.case import (
    AGE,
    COURSES,
    DEGREES,
    MEASUREMENTS,
    MODALITIES,
    MRC,
    REGIONS,
    RESULTS,
    SCORE,
    WEEKS,
    Case,
    Observation,
    Study,
    Tried,
    not_empty,
)  # fmt: skip
from foramen.errors import CaseError, nearest_match
from foramen.records.plain import check_plain, load_text, read_file
from foramen.values import choice, number

TOP = (
    "id", "context", "findings", "studies", "medicines", "medicines_complete", "conditions", "conditions_complete",
    "no_conditions", "measurements", "tried", "scores",
    "source", "truth", "not_encoded", "note",
)  # fmt: skip
MOST = 1000  # entries of a list: no patient has more, and a list of thousands would hold up all others
CONTEXT = ("age", "sex", "setting")
REFLEX = "reflex_"  # ids of the findings whose state "absent" is abnormal begin so; a test holds them to it
DECADE = r"([1-9]0|1[01]0)s"
OBSERVATION = (
    "finding", "state", "not", "side", "level", "vertebra", "root", "mrc", "degrees", "study",
    "since", "new", "course", "previous", "text",
)  # fmt: skip
STUDY = ("id", "modality", "region", "complete", "date")
TRIED = ("treatment", "result", "weeks")


def read_case(source: str | PathLike[str] | Mapping[str, Any]) -> Case:
    """A case from a file, from YAML or JSON text, or from a mapping.

    One line that names a file, or ends as the name of one, is a path; any other text is the case itself (``read_text``
    never opens a file). Form, fields and ranges are checked here; whether findings, states and places are known needs
    the knowledge, and is checked by ``assess``. Raises ``CaseError`` that names the field, what was given and what is
    allowed.
    """
    if isinstance(source, Mapping):
        return case_from_mapping(source)
    if isinstance(source, str):
        return case_from_mapping(load_text(read_file(Path(source)) if _is_path(source) else source))
    if isinstance(source, PathLike) and isinstance(path := fspath(source), str):
        return case_from_mapping(load_text(read_file(Path(path))))
    raise CaseError("a case is a path, a text or a mapping", given=source)


def read_text(text: str) -> Case:
    """A case from YAML or JSON text that came from outside: it is never taken for a path. Raises ``CaseError``."""
    return case_from_mapping(load_text(text))


def _is_path(text: str) -> bool:
    """Whether a text is a path: one line, a file, or named as the file of a case is."""
    if "\n" in text or not text.strip():
        return False
    try:
        there = Path(text).is_file()
    except (OSError, ValueError):  # too long, or with signs that no name has
        there = False
    return there or (text.endswith((".yaml", ".yml", ".json")) and ": " not in text)


def case_from_mapping(raw: Mapping[str, Any]) -> Case:
    """A case from plain data, checked for form (not yet for the vocabulary). Raises ``CaseError``."""
    if not isinstance(raw, Mapping):
        raise CaseError("a case is a mapping of fields", given=type(raw).__name__, allowed=TOP)
    check_plain(raw)
    _keys(raw, TOP, "")
    context = _mapping(raw.get("context"), "context")
    _keys(context, CONTEXT, "context.")
    studies = tuple(_study(s, f"studies[{i}]") for i, s in enumerate(_list(raw.get("studies"), "studies")))
    names = {s.id for s in studies}
    if len(names) < len(studies):
        raise CaseError("two studies have the same id", field="studies", cure="Give each study an id of its own.")
    observations = []
    for i, item in enumerate(_list(raw.get("findings"), "findings")):
        observation = _observation(item, f"findings[{i}]")
        if observation.study and observation.study not in names:
            raise CaseError(
                "this study is not listed under studies",
                field=f"findings[{i}].study",
                given=observation.study,
                allowed=sorted(names),
            )
        observations.append(observation)
    scores = _mapping(raw.get("scores"), "scores")
    return Case(
        id=_text(raw.get("id", "case"), "id") or "case",
        age=_age(context.get("age")),
        sex=choice(context.get("sex"), SEXES, "context.sex"),
        setting=choice(context.get("setting"), SETTINGS, "context.setting"),
        observations=tuple(observations),
        studies=studies,
        medicines=_names(raw.get("medicines"), "medicines"),
        conditions=_names(raw.get("conditions"), "conditions"),
        no_conditions=_names(raw.get("no_conditions"), "no_conditions"),
        medicines_complete=_flag(raw, "medicines_complete"),
        conditions_complete=_flag(raw, "conditions_complete"),
        measurements=_measurements(raw.get("measurements")),
        tried=tuple(_tried(t, f"tried[{i}]") for i, t in enumerate(_list(raw.get("tried"), "tried"))),
        scores={
            k: float(number(v, f"scores.{k}", SCORE[0], 100 if k.endswith("_0_100") else SCORE[1]) or 0.0)
            for k, v in scores.items()
            if v is not None
        },
        source=_mapping(raw.get("source"), "source"),
    )


def _observation(item: Any, field: str) -> Observation:
    if isinstance(item, str):
        item = {"finding": item}
    if not isinstance(item, Mapping):
        example = "{finding: slr, side: left, state: negative}"
        raise CaseError(f"a finding is a mapping such as {example}", field=field, given=item)
    _keys(item, OBSERVATION, f"{field}.")
    if not item.get("finding"):
        raise CaseError(
            "the finding's id is missing", field=f"{field}.finding", cure="`foramen findings` lists all ids."
        )
    state = item.get("state")
    if isinstance(state, str):
        not_empty(state, f"{field}.state")
    if isinstance(state, bool):
        # the plain word is kept where "absent" means more than no: "reflex: no" is refused as unclear
        yes, no = ("yes", "no") if str(item["finding"]).startswith(REFLEX) else ("present", "absent")
        state = yes if state else no
    if isinstance(state, list):
        raise CaseError(
            "a state is one word", field=f"{field}.state", given=state,
            cure="Of several that are possible, exclude the others, as in `not: [severe]`; what is only known to be "
            "there is `present`.",
        )  # fmt: skip
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
        degrees=number(item.get("degrees"), f"{field}.degrees", *DEGREES),
        study=_optional(item, "study", field),
        since=_optional(item, "since", field),
        new=new,
        course=choice(item.get("course"), COURSES, f"{field}.course"),
        previous=_optional(item, "previous", field),
        text=_optional(item, "text", field),
    )


def _study(item: Any, field: str) -> Study:
    if item is None:
        raise CaseError("expected a mapping of fields", field=field, given=item)
    item = _mapping(item, field)
    _keys(item, STUDY, f"{field}.")
    complete = item.get("complete", False)
    if not isinstance(complete, bool):
        raise CaseError("complete is true or false", field=f"{field}.complete", given=complete)
    return Study(
        id=_text(item.get("id", "study"), f"{field}.id"),
        modality=choice(item.get("modality", "mri"), MODALITIES, f"{field}.modality") or "mri",
        region=choice(item.get("region", "lumbar"), REGIONS, f"{field}.region") or "lumbar",
        complete=complete,
        date=_optional(item, "date", field),
    )


def _tried(item: Any, field: str) -> Tried:
    item = _mapping(item, field)
    _keys(item, TRIED, f"{field}.")
    for key in ("treatment", "result"):
        if not item.get(key):
            raise CaseError(f"{key} is missing", field=field, allowed=RESULTS if key == "result" else ())
    result = choice(item["result"], RESULTS, f"{field}.result") or ""
    return Tried(
        _text(item["treatment"], f"{field}.treatment"), result, number(item.get("weeks"), f"{field}.weeks", *WEEKS)
    )


def _measurements(raw: Any) -> dict[str, float]:
    given = _mapping(raw, "measurements")
    for key in given:
        if key not in MEASUREMENTS and any(word in key.lower() for word in ("slip", "listhesis")):
            raise CaseError(
                "a slip is stated as a finding, not as a measurement", field=f"measurements.{key[:60]}",
                cure="Give img_listhesis under findings, with its level and state (grade1, grade2_or_more).",
            )  # fmt: skip
    _keys(given, tuple(MEASUREMENTS), "measurements.")
    read = {k: number(v, f"measurements.{k}", *MEASUREMENTS[k]) for k, v in given.items()}
    return {key: value for key, value in read.items() if value is not None}


def _flag(raw: Mapping[str, Any], key: str) -> bool:
    value = raw.get(key, False)
    if not isinstance(value, bool):
        raise CaseError(f"{key} is true or false", field=key, given=value)
    return value


def _keys(raw: Mapping[str, Any], allowed: tuple[str, ...], prefix: str) -> None:
    for key in raw:
        if key not in allowed:
            raise CaseError(
                "unknown field",
                field=f"{prefix}{str(key)[:60]}",
                allowed=allowed,
                nearest=nearest_match(key, allowed),
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
    if len(raw) > MOST:
        raise CaseError(f"{len(raw)} entries; at most {MOST} are read", field=field)
    return raw


def _text(raw: Any, field: str) -> str:
    if isinstance(raw, str | int | float) and not isinstance(raw, bool):
        return str(raw)
    raise CaseError("expected text", field=field, given=raw)


def _optional(item: Mapping[str, Any], key: str, field: str) -> str | None:
    return None if item.get(key) is None else _text(item[key], f"{field}.{key}")


def _names(raw: Any, field: str) -> tuple[str, ...]:
    return tuple(_text(x, f"{field}[{i}]") for i, x in enumerate(_list(raw, field)))


def _age(raw: Any) -> float | None:
    """Years; a decade as anonymised accounts give it (``70s``) counts as the first year of its upper half."""
    if isinstance(raw, str) and re.fullmatch(DECADE, raw):
        raw = int(raw[:-1]) + 5
    return number(raw, "context.age", *AGE)


def _mrc(raw: Any, field: str) -> float | None:
    """MRC grade 0-5, also as ``4/5``; ``4-`` and ``4+`` count a third of a grade."""
    if not isinstance(raw, str):
        return number(raw, field, *MRC)
    match = re.fullmatch(r"([0-5])([+-]?)(?:/5)?", raw.strip())
    grade = int(match[1]) + {"": 0.0, "+": 1 / 3, "-": -1 / 3}[match[2]] if match else -1.0
    if not MRC[0] <= grade <= MRC[1]:  # also 5+ and 0-
        raise CaseError(
            "not a grade of power", field=field, given=raw, allowed=("0", "1", "2", "3", "4", "5"),
            cure="One grade, also with + or - (3+, 4-) or as 4/5; 5 is full power.",
        )  # fmt: skip
    return grade
