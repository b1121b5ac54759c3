"""Checks of single values of a case: a number in its range, one of the known words, a mapping that stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from numbers import Real
from typing import Any, NoReturn, TypeVar

from foramen.errors import CaseError, nearest_match

T = TypeVar("T")


class ReadOnly(dict[str, Any]):
    """A mapping of a frozen object: a copy of what was given, that can be compared, copied and pickled."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a case does not change; make another one with dataclasses.replace")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __reduce__(self) -> tuple[type[ReadOnly], tuple[dict[str, Any]]]:
        return ReadOnly, (dict(self),)


def number(raw: Any, field: str, low: float, high: float) -> float | None:
    """A finite number within its range, also of numpy and as a ``Decimal``; None stays. Raises ``CaseError``."""
    if raw is None:
        return None
    value: Any = raw
    try:
        taken = not isinstance(raw, bool) and isinstance(raw, Real | Decimal) and low <= value <= high
    except ArithmeticError:  # a Decimal that is no number cannot be compared
        taken = False
    if not taken:
        raise CaseError(f"expected a number from {low:g} to {high:g}", field=field, given=plain_number(raw))
    return float(value)


def plain_number(raw: Any) -> Any:
    """A number of numpy as Python writes it, so that a message shows it as it was typed."""
    item = getattr(raw, "item", None)
    return item() if isinstance(raw, Real) and callable(item) else raw


def choice(raw: Any, allowed: tuple[str, ...], field: str) -> str | None:
    """One of the known words; None stays. Raises ``CaseError`` with the nearest one."""
    if raw is None:
        return None
    if not isinstance(raw, str) or raw not in allowed:
        near = nearest_match(raw, allowed)
        raise CaseError("not a known value", field=field, given=raw, allowed=allowed, nearest=near)
    return str(raw)


def text(raw: Any, field: str) -> str:
    """Text. Raises ``CaseError``."""
    if not isinstance(raw, str):
        raise CaseError("expected text", field=field, given=raw)
    return raw


def flag(raw: Any, field: str) -> bool:
    """True or false, also of numpy. Raises ``CaseError``."""
    value = raw.item() if type(raw).__module__ == "numpy" and hasattr(raw, "item") else raw
    if not isinstance(value, bool):
        raise CaseError(f"{field} is true or false", field=field, given=raw)
    return value


def several(raw: Any, kind: type[T], field: str) -> tuple[T, ...]:
    """Values of one type, in order. Raises ``CaseError``: a text is no list of its letters."""
    if isinstance(raw, str | bytes | Mapping) or not isinstance(raw, Iterable):
        raise CaseError("expected a list", field=field, given=raw)
    found = tuple(raw)
    for i, item in enumerate(found):
        if not isinstance(item, kind):
            words = "text" if kind is str else f"a {kind.__name__}"
            raise CaseError(f"expected {words}", field=f"{field}[{i}]", given=item)
    return found


def mapping(raw: Any, field: str) -> Mapping[str, Any]:
    """A mapping with text keys, copied, that nobody can change. Raises ``CaseError``."""
    if isinstance(raw, ReadOnly):
        return raw
    if not isinstance(raw, Mapping):
        raise CaseError("expected a mapping of fields", field=field, given=raw)
    for key in raw:
        if not isinstance(key, str):
            raise CaseError("the name of a field must be text", field=field, given=key)
    return ReadOnly(raw)
