"""A number as it is shown: value by state, 90 % range, where it comes from, and the figures behind it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from markupsafe import Markup, escape

from foramen.knowledge.numbers import Z90, Figure, Number, logit
from foramen.knowledge.schema import ByAge, Knowledge
from foramen.web.browse.links import link

ORIGINS = {"read": "read", "recalled": "recalled", "derived": "derived", "assumption": "assumed"}
PER_1000 = "per 1000"
SHARE = "share"
FACTOR = "factor"
COUNT = "count"


@dataclass(frozen=True, slots=True)
class Cited:
    """A figure behind a number. ``id`` may also be a figure that only the reason names."""

    id: str
    href: str
    citation: str
    value: str
    read: bool


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number ready to be shown. ``at``, ``low`` and ``high`` are its place on a bar, 0 to 1 (share) or as it is."""

    where: str
    value: str
    by_state: tuple[str, ...]
    range: str
    origin: str
    reason: Markup
    cited: tuple[Cited, ...]
    at: float
    low: float
    high: float
    unit: str


def percent(p: float) -> str:
    """A share with the digits that the knowledge states: three, more next to 100 %."""
    if p == 0:
        return "0%"
    digits = 3 if p < 0.99 else 4
    text = f"{100 * p:.{digits}g}"
    return (f"{100 * p:.7f}".rstrip("0").rstrip(".") if "e" in text else text) + "%"


def plain(x: float) -> str:
    """A weight or factor, three digits."""
    return f"{x:.3g}" if abs(x) < 1000 else f"{x:,.0f}"


def unit_of(number: Number) -> str:
    """What the number counts; a weight is no share unless the place says so."""
    where = number.where
    if "/share/" in where and where.startswith("causes/"):
        return PER_1000
    if any(key in where for key in ("root_sign_factor", "roots_none_by_setting", "/by_setting/", "/root_loss/")):
        return FACTOR
    return COUNT if where.endswith(("untold.yaml/few", "untold.yaml/full", "/limit")) else SHARE


def span(number: Number) -> tuple[float, float]:
    """The 90 % range that the model draws this number from (an assumption's stated range)."""
    if number.range is not None:
        return number.range
    if number.total <= 0:
        return 0.0, 0.0
    if number.weight:
        factor = math.exp(Z90 * number.sd)
        return number.total / factor, number.total * factor
    middle, half = logit(number.total), Z90 * number.sd
    return 1 / (1 + math.exp(half - middle)), 1 / (1 + math.exp(-half - middle))


def quantity(knowledge: Knowledge, number: Number, states: tuple[str, ...] = ()) -> Quantity:
    """A number of the knowledge; ``states`` are the abnormal ones it is divided among."""
    unit = unit_of(number)
    say = percent if unit == SHARE else plain
    low, high = span(number)
    named = states if len(states) == len(number.p) > 1 else ()
    return Quantity(
        where=number.where,
        value=say(number.total),
        by_state=tuple(f"{s.replace('_', ' ')} {say(p)}" for s, p in zip(named, number.p, strict=True))
        if named
        else tuple(say(p) for p in number.p)
        if len(number.p) > 1
        else (),
        range=f"{say(low)} – {say(high)}",
        origin=number.provenance,
        reason=linked(knowledge, number.reason),
        cited=tuple(cited(knowledge, knowledge.figures[f]) for f in number.figures),
        at=number.total,
        low=low,
        high=high,
        unit=unit,
    )


def by_age(knowledge: Knowledge, numbers: ByAge, states: tuple[str, ...] = ()) -> list[tuple[str, Quantity]]:
    """(age band, number); one row with an empty band where age does not matter."""
    from foramen.anatomy import AGE_BANDS

    if all(n is numbers[0] for n in numbers):
        return [("", quantity(knowledge, numbers[0], states))]
    return [(band, quantity(knowledge, n, states)) for band, n in zip(AGE_BANDS, numbers, strict=True)]


def figure_value(f: Figure) -> str:
    """Value with interval and counts, as published."""
    if f.value is None:
        return f"{f.ci[0]:g} to {f.ci[1]:g}" if f.ci else ""
    text = f"{f.value:g}"
    if f.ci:
        text += f" (95% {f.ci[0]:g} to {f.ci[1]:g})"
    if f.counts:
        return f"{text}, {f.counts}"
    return f"{text}, n = {f.n}" if f.n else text


def cited(knowledge: Knowledge, figure: Figure) -> Cited:
    """A figure with its study."""
    citation = knowledge.sources[figure.source].citation
    return Cited(figure.id, link("sources", figure.id), citation, figure_value(figure), figure.read)


def linked(knowledge: Knowledge, text: str) -> Markup:
    """Text in which every figure's id leads to its study; all else is escaped."""
    out = [
        Markup('<a href="{}"><code>{}</code></a>').format(link("sources", word), word)
        if word in knowledge.figures
        else escape(word)
        for word in re.split(r"(\w+)", text)
    ]
    return Markup("").join(out)
