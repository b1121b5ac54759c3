"""The expected course as a picture: an SVG for pages and documents. Plain shapes, no script, no outside request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from textwrap import wrap

from foramen.plan.result import CourseAnswer, CourseCurve, Difference
from foramen.plan.words import at_weeks

Scale = Callable[[float], float]
WIDTH, PLOT = 680, 356
LINE, GAP = 14, 6  # a line of the legend and the space after what belongs together
SIGNS = 92  # of a legend's line
APART = 16  # arrows of nearly the same week
MOST = 5  # treatments whose differences are drawn
NOTE = "mean pain of groups in studies, 0-100; early weeks stretched; arrows: trial differences"
LEFT, RIGHT, TOP, BOTTOM = 56, 24, 64, 60
# colour only repeats what dash and marker say (Okabe-Ito palette, safe for colour-blind readers)
STYLES = (
    ("#0072B2", "", "circle"),
    ("#D55E00", "8 4", "square"),
    ("#009E73", "3 3", "diamond"),
    ("#CC79A7", "10 3 2 3", "circle"),
)


def course_svg(course: CourseAnswer) -> str:
    """An SVG document of pain (0-100) over weeks, one line a curve, with 95 % intervals where published."""
    last = max((p.weeks for c in course.curves for p in c.points), default=1.0) or 1.0

    def x(weeks: float) -> float:
        # weeks are stretched at the start, where most happens
        return LEFT + (WIDTH - LEFT - RIGHT) * (weeks / last) ** 0.5

    def y(pain: float) -> float:
        return TOP + (PLOT - TOP - BOTTOM) * (1 - pain / 100)

    shown = one_each(course.differences, last)
    curves = course.curves[: len(STYLES)]
    legend = [(c.name, c.cited, LEFT + 34) for c in curves]
    legend += [(_words(d, number), d.cited, LEFT) for number, d in enumerate(shown, start=1)]
    rows, height = _rows(legend)
    title = f"Pain over time: {course.cause}"
    words = "; ".join(_described(c) for c in course.curves)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="course-title course-desc" font-family="system-ui, sans-serif" font-size="13">',
        f'<title id="course-title">{escape(title)}</title><desc id="course-desc">{escape(words)}</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="24" font-size="16" font-weight="600" fill="#1a1a1a">{escape(title)}</text>',
        f'<text x="{LEFT}" y="44" fill="#4a4a4a">{NOTE}</text>',
    ]
    for pain in (0, 25, 50, 75, 100):
        out.append(f'<path d="M{LEFT} {y(pain):.1f}H{WIDTH - RIGHT}" stroke="#d9d9d9"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y(pain) + 4:.1f}" text-anchor="end" fill="#4a4a4a">{pain}</text>')
    for weeks in _ticks(last):
        out.append(f'<path d="M{x(weeks):.1f} {y(0):.1f}v5" stroke="#4a4a4a"/>')
        label = f"{weeks:g}"
        out.append(f'<text x="{x(weeks):.1f}" y="{y(0) + 20:.1f}" text-anchor="middle" fill="#4a4a4a">{label}</text>')
    out.append(f'<text x="{WIDTH - RIGHT}" y="{y(0) + 36:.1f}" text-anchor="end" fill="#4a4a4a">weeks</text>')
    for number, curve in enumerate(curves):
        out += _curve(curve, number, rows[number], x, y)
    places = _apart([x(d.weeks) for d in shown])
    for number, (difference, at) in enumerate(zip(shown, places, strict=True), start=1):
        out += _arrow(difference, number, at, course.curves[0], y)
    for (words, cited, left), row in zip(legend, rows, strict=True):
        out += _legend(words, cited, left, row)
    return "\n".join([*out, "</svg>"])


def one_each(differences: Sequence[Difference], last: float) -> list[Difference]:
    """One difference a treatment, within the time shown, the first of each: graded ones stand before the others."""
    first: dict[str, Difference] = {}
    for d in differences:
        if d.weeks <= last:
            first.setdefault(d.treatment, d)
    return list(first.values())[:MOST]


def _rows(legend: Sequence[tuple[str, str, int]]) -> tuple[list[int], int]:
    """Where the first line of each part of the legend stands, and the height of the picture."""
    rows, at = [], PLOT + 2 * LINE + GAP
    for words, _, _ in legend:
        rows.append(at)
        at += LINE * (len(wrap(words, SIGNS)) + 1) + GAP
    return rows, at


def _apart(places: Sequence[float]) -> list[float]:
    """Places in their order, moved so that no two lie closer than ``APART`` and none beyond the right edge."""
    out = list(places)
    order = sorted(range(len(out)), key=lambda i: (out[i], i))
    for before, i in pairwise(order):
        out[i] = max(out[i], out[before] + APART)
    edge = float(WIDTH - RIGHT)
    for i in reversed(order):
        out[i] = min(out[i], edge)
        edge = out[i] - APART
    return out


def _words(d: Difference, number: int) -> str:
    span = f" ({d.low:g} to {d.high:g})" if d.low is not None and d.high is not None else ""
    return f"{number}  {d.treatment}: {d.value:+g}{span} {at_weeks(d.weeks)} against {d.comparator}"


def _arrow(d: Difference, number: int, at: float, curve: CourseCurve, y: Scale) -> list[str]:
    """An arrow from the untreated curve by the difference a trial found, with its number in the legend."""
    start = _at(curve, d.weeks)
    end = min(max(start + d.value, 0.0), 100.0)
    tip = 5 if end < start else -5
    unsure = d.low is None or d.high is None or d.low <= 0 <= d.high
    dash = 'stroke-dasharray="2 3"' if unsure else ""  # dotted: the interval holds no difference, or none is known
    return [
        f'<path d="M{at:.1f} {y(start):.1f}V{y(end):.1f}" fill="none" stroke="#1a1a1a" {dash}/>',
        f'<path d="M{at - 4:.1f} {y(end) - tip:.1f}l4 {tip}l4 {-tip}" fill="none" stroke="#1a1a1a"/>',
        f'<text x="{at:.1f}" y="{y(end) + (14 if end < start else -6):.1f}" text-anchor="middle" font-size="12">'
        f"{number}</text>",
    ]


def _at(curve: CourseCurve, weeks: float) -> float:
    """Mean pain of a curve at a time, on the line between its points."""
    points = curve.points
    for a, b in pairwise(points):
        if a.weeks <= weeks <= b.weeks:
            along = (weeks**0.5 - a.weeks**0.5) / (b.weeks**0.5 - a.weeks**0.5)  # as the line is drawn
            return a.mean + (b.mean - a.mean) * along
    return points[-1].mean


def _described(curve: CourseCurve) -> str:
    points = ", ".join(f"{p.mean:.0f} {at_weeks(p.weeks) if p.weeks else 'at first'}" for p in curve.points)
    return f"{curve.name}: {points}"


def _ticks(last: float) -> list[float]:
    return [w for w in (0, 4, 12, 26, 52, 104, 208, 260) if w <= last]


def _curve(curve: CourseCurve, number: int, row: int, x: Scale, y: Scale) -> list[str]:
    colour, dash, marker = STYLES[number]
    path = " ".join(f"{'L' if i else 'M'}{x(p.weeks):.1f} {y(p.mean):.1f}" for i, p in enumerate(curve.points))
    out = [f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"/>']
    for p in curve.points:
        if p.low is not None and p.high is not None:
            out.append(f'<path d="M{x(p.weeks):.1f} {y(p.low):.1f}V{y(p.high):.1f}" stroke="{colour}"/>')
        out.append(_marker(marker, x(p.weeks), y(p.mean), colour))
    left = LEFT
    out.append(f'<path d="M{left} {row - 4}h26" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"/>')
    return [*out, _marker(marker, left + 13, row - 4, colour)]


def _legend(words: str, cited: str, left: int, row: int) -> list[str]:
    lines = wrap(words, SIGNS)
    out = [f'<text x="{left}" y="{row + LINE * i}" fill="#1a1a1a" font-size="12">{escape(line)}</text>'
           for i, line in enumerate(lines)]  # fmt: skip
    return [
        *out,
        f'<text x="{left}" y="{row + LINE * len(lines)}" fill="#4a4a4a" font-size="11">{escape(cited)}</text>',
    ]


def _marker(kind: str, x: float, y: float, colour: str) -> str:
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if kind == "diamond" else ""
    return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"{turn}/>'
