"""Checks of single values of a case: a number in its range, one of the known words, a mapping that stays as it is.

And the way back: plain data of what is frozen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from numbers import Integral, Real
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


def is_number(raw: Any, low: float, high: float) -> bool:
    """Whether it is a finite number within its range, also of numpy and as a ``Decimal``."""
    value: Any = raw
    try:
        return not isinstance(raw, bool) and isinstance(raw, Real | Decimal) and bool(low <= value <= high)
    except ArithmeticError:  # a Decimal that is no number cannot be compared
        return False


def number(raw: Any, field: str, low: float, high: float, *, unknown: str = "") -> float | None:
    """A finite number within its range, also of numpy and as a ``Decimal``; None stays.

    Raises ``CaseError``; ``unknown`` is its cure where the value is one that tables hold for what is not known.
    """
    if raw is None:
        return None
    if not is_number(raw, low, high):
        raise CaseError(
            f"expected a number from {low:g} to {high:g}", field=field, given=plain_number(raw),
            cure=unknown if is_missing(raw) else "",
        )  # fmt: skip
    return float(raw)


def whole_number(raw: Any, field: str, what: str, low: int, high: int) -> int:
    """A whole number within its range, also of numpy. Raises ``CaseError``; ``what`` is counted, for the message."""
    if not (isinstance(raw, Integral) and is_number(raw, low, high)):
        raise CaseError(f"expected a whole number of {what} from {low} to {high}", field=field, given=plain_number(raw))
    return int(raw)


def is_missing(raw: Any) -> bool:
    """Whether it is what tables hold for a value that is not known: NaN, NaT, ``pandas.NA``, a masked value."""
    if type(raw).__name__ in ("NAType", "NaTType", "MaskedConstant"):
        return True
    try:
        return bool(raw != raw)
    except (TypeError, ValueError, ArithmeticError):  # an array, or a Decimal that signals
        return False


def is_one_of(raw: Any, allowed: Collection[str]) -> bool:
    """Whether it is one of the words; what is no text is compared with none (``pandas.NA`` refuses to be)."""
    return isinstance(raw, str) and raw in allowed


def plain_number(raw: Any) -> Any:
    """A number of numpy as Python writes it, so that a message shows it as it was typed."""
    item = getattr(raw, "item", None)
    return item() if isinstance(raw, Real) and callable(item) else raw


def choice(raw: Any, allowed: tuple[str, ...], field: str, *, unknown: str = "") -> str | None:
    """One of the known words; None stays. Raises ``CaseError`` with the nearest one; ``unknown`` as for a number."""
    if raw is None:
        return None
    if not is_one_of(raw, allowed):
        near, cure = nearest_match(raw, allowed), unknown if is_missing(raw) else ""
        raise CaseError("not a known value", field=field, given=raw, allowed=allowed, nearest=near, cure=cure)
    return str(raw)


def text(raw: Any, field: str) -> str:
    """Text. Raises ``CaseError``."""
    if not isinstance(raw, str):
        raise CaseError("expected text", field=field, given=raw)
    return raw


def flag(raw: Any, field: str) -> bool:
    """True or false, also of numpy. Raises ``CaseError``."""
    of_numpy = type(raw).__module__ == "numpy" and getattr(raw, "ndim", None) == 0
    value = raw.item() if of_numpy else raw
    if not isinstance(value, bool):
        raise CaseError(f"{field} is true or false", field=field, given=raw)
    return value


def listed(raw: Any) -> tuple[Any, ...] | None:
    """What a list, a tuple, an array or another iterable holds, in order; None for what is no list of things."""
    if isinstance(raw, str | bytes | Mapping):
        return None
    try:
        items = iter(raw)
    except TypeError:  # also of an array without dimensions, which only pretends to be iterable
        return None
    return tuple(items)


def several(raw: Any, kind: type[T], field: str) -> tuple[T, ...]:
    """Values of one type, in order. Raises ``CaseError``: a text is no list of its letters."""
    found = listed(raw)
    if found is None:
        raise CaseError("expected a list", field=field, given=raw)
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


def plain_data(value: Any) -> Any:
    """A frozen answer as JSON has it: dataclasses and mappings as dicts, tuples as lists, sets as sorted lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain_data(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain_data(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain_data(inner) for inner in value)
    return [plain_data(inner) for inner in value] if isinstance(value, list | tuple) else value
