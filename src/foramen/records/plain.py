"""From a file or text to plain data, within limits, so that nothing that reads it later can stumble.

Plain data are mappings with text keys, lists, text, numbers, true, false and null. YAML is read without
aliases, tags, merge keys, dates, and numbers in base 8, 16 or 60; a key that stands twice is refused, since
reading only one of two contradicting values would be half-reading.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from numbers import Real
from pathlib import Path
from typing import Any

from foramen.errors import CaseError

LIMIT = 1_000_000  # bytes; a case is a few kilobytes
DEPTH = 20
VALUES = 50_000
TEXT = 4_000  # characters in one field
NAME = 100  # characters of a field's name
WHOLE = 10**15
_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ODD_NAME = re.compile(_ODD.pattern + r"|[\t\n\r]")
_EMPTY = "A case needs at least `findings:`; see `foramen schema case`."


def read_file(path: Path) -> str:
    """The text of a file. Raises ``CaseError`` for what is missing, too large or no text."""
    try:
        with open(path, "rb") as handle:
            return decode(handle.read(LIMIT + 1), path.name)
    except FileNotFoundError:
        raise CaseError("no such file", field=str(path)) from None
    except OSError as error:
        raise CaseError(f"cannot be read ({error.strerror})", field=str(path)) from None
    except ValueError:  # a path that no system accepts
        raise CaseError("not a possible file name") from None


def decode(body: bytes, name: str) -> str:
    """Text from bytes in UTF-8. Raises ``CaseError``."""
    if len(body) > LIMIT:
        raise CaseError("larger than 1 MB; a case is a few kilobytes", field=name)
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CaseError("not a text file in UTF-8", field=name) from None


def load_text(text: str) -> Any:
    """Plain data from YAML or JSON text. Raises ``CaseError`` with line and column where there is one."""
    if len(text) > LIMIT:
        raise CaseError("larger than 1 MB; a case is a few kilobytes")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise CaseError("the case is empty", cure=_EMPTY)
    if text.lstrip().startswith(("{", "[")):
        try:
            return json.loads(text, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            pass  # YAML has mappings in braces, too
    return _load_yaml(text)


def load_json(text: str) -> Any:
    """Plain data from JSON text alone: no YAML, no NaN, no field twice. Raises ``CaseError`` with line and column."""
    text = text.removeprefix("\ufeff")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise CaseError("this is not valid JSON", field=where, cure="Check commas, quotes and brackets.") from None
    except RecursionError:
        raise CaseError(f"nested deeper than {DEPTH} levels") from None
    except ValueError:  # a number of thousands of digits
        raise CaseError("this number is too large") from None


def check_plain(value: Any) -> None:
    """Raise ``CaseError`` unless ``value`` is plain data within the limits."""
    stack: list[tuple[Any, str, int]] = [(value, "", 0)]
    count = 0
    while stack:
        item, where, depth = stack.pop()
        count += 1
        if count > VALUES:
            raise CaseError(f"more than {VALUES} values; a case has a few dozen")
        if depth > DEPTH:
            raise CaseError(f"nested deeper than {DEPTH} levels", field=where[:80])
        if isinstance(item, Mapping):
            for key, inner in item.items():
                if not isinstance(key, str):
                    raise CaseError("the name of a field must be text", field=where[:80], cure="Put it in quotes.")
                if len(key) > NAME or _ODD_NAME.search(key):
                    raise CaseError(f"the name of a field is one line of up to {NAME} characters", field=where[:80])
                stack.append((inner, f"{where}.{key}" if where else key, depth + 1))
        elif isinstance(item, list):
            stack += [(inner, f"{where}[{i}]", depth + 1) for i, inner in enumerate(item)]
        else:
            _check_scalar(item, where)


def _check_scalar(item: Any, where: str) -> None:
    if isinstance(item, str):
        _check_text(item, where)
    elif isinstance(item, int | Real):  # also of numpy
        value: Any = item
        if not (isinstance(item, int) or math.isfinite(item)):
            raise CaseError("this is no finite number", field=where[:80])
        if abs(value) > WHOLE:
            raise CaseError("this number is too large", field=where[:80])
    elif item is not None:
        raise CaseError(f"values of type {type(item).__name__} are not accepted", field=where[:80])


def _check_text(text: str, where: str) -> None:
    if len(text) > TEXT:
        raise CaseError(f"longer than {TEXT} characters", field=where[:80])
    if _ODD.search(text):
        raise CaseError("holds characters that cannot be shown", field=where[:80], cure="Remove control characters.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping from JSON pairs; a key may stand once."""
    out = dict(pairs)
    if len(out) < len(pairs):
        keys = [key for key, _ in pairs]
        _twice(next(k for i, k in enumerate(keys) if k in keys[:i]), "")
    return out


def _no_number(name: str) -> Any:
    raise CaseError("JSON has no such number", given=name, cure="Leave the field out or write null.")


def _twice(key: object, where: str) -> None:
    raise CaseError(f"the field {str(key)[:60]!r} stands twice", field=where, cure="Keep one of them.")


def _load_yaml(text: str) -> Any:
    import yaml

    loader = _loader()
    try:
        _scan(text, loader)
        return yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise CaseError("this is not valid YAML or JSON", field=where, cure="Check indentation and quotes.") from None
    except (RecursionError, ValueError):
        raise CaseError("this is not valid YAML or JSON") from None


def _scan(text: str, loader: Any) -> None:
    """Refuse what blows a small text up or has no place in a case, before anything is built."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=loader):
        where = f"line {event.start_mark.line + 1}" if event.start_mark else ""
        if isinstance(event, yaml.AliasEvent):
            raise CaseError("references to another place (*name) are not accepted", field=where)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH:
            raise CaseError(f"nested deeper than {DEPTH} levels", field=where)
        if getattr(event, "tag", None) is not None:
            raise CaseError("tags (!name) are not accepted", field=where)
        if isinstance(event, yaml.ScalarEvent) and len(event.value) > TEXT:
            raise CaseError(f"longer than {TEXT} characters", field=where)


@lru_cache(maxsize=1)
def _loader() -> Any:
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Plain(base):  # type: ignore[misc, valid-type]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[str] = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        _twice(key.value, f"line {key.start_mark.line + 1}")
                    seen.add(key.value)
            return super().construct_mapping(node, deep)

    Plain.yaml_implicit_resolvers = {}
    tag = "tag:yaml.org,2002:"
    words = r"^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$"
    # a subset of what PyYAML writes unquoted as a number, so that text stays text on the way back
    number = r"^(?:[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?|\.[0-9]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF))$"
    Plain.add_implicit_resolver(tag + "bool", re.compile(words), list("yYnNtTfFoO"))
    Plain.add_implicit_resolver(tag + "int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
    Plain.add_implicit_resolver(tag + "float", re.compile(number), list("-+0123456789."))
    Plain.add_implicit_resolver(tag + "float", re.compile(r"^\.(?:nan|NaN|NAN)$"), ["."])
    Plain.add_implicit_resolver(tag + "null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
    return Plain
