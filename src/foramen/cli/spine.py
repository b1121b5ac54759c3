"""A drawing of the lower back from behind: levels, roots with probability, imaging findings by verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foramen.anatomy import LEVELS, ROOTS, VERTEBRAE
from foramen.assessment.result import Assessment, CulpritAnswer, RootAnswer
from foramen.cli.screen import percent

if TYPE_CHECKING:
    from rich.text import Text

MARKS: Mapping[str, str] = {"culprit": "●", "uncertain": "◐", "bystander": "○", "not_a_candidate": "·"}
STYLES: Mapping[str, str] = {
    "culprit": "bold red", "uncertain": "yellow", "bystander": "blue", "not_a_candidate": "dim",
}  # fmt: skip
RANK = ("culprit", "uncertain", "bystander", "not_a_candidate")
LEGEND = "● culprit  ◐ uncertain  ○ bystander  ━ root affected (≥50%)  ─ perhaps (≥20%)  ◀ most likely place"
DISC, ROOT_TEXT, ROOT_LINE = 9, 8, 4
_SPOTS = {"left": (1,), "right": (7,), "bilateral": (1, 7), "central": (4,), "": (4,)}


@dataclass(slots=True)
class _Row:
    """A line of the drawing: left root, body (edge, nine cells, edge), right root, words beside it."""

    body: list[tuple[str, str]]
    left: RootAnswer | None = None
    right: RootAnswer | None = None
    words: list[tuple[str, str]] = field(default_factory=list)


def spine(a: Assessment, width: int) -> Text:
    """The drawing, ``width`` columns wide; culprits carry the numbers of the table of imaging findings."""
    from rich.text import Text

    roots = {(r.root, r.side): r for r in a.roots}
    beside = width - 2 * (ROOT_TEXT + ROOT_LINE) - DISC - 2 - 1
    rows: list[_Row] = [_Row([("╭" + "─" * DISC + "╮", "dim")])]
    for i, vertebra in enumerate(VERTEBRAE):
        rows += _vertebra(vertebra, a, beside)
        rows += _disc(i, a, roots, beside)
    rows.append(
        _Row(
            [("╰─╮", "dim"), ("  S1 ".ljust(DISC - 4), "dim"), ("╭─╯", "dim")],
            roots.get(("S1", "left")),
            roots.get(("S1", "right")),
        )
    )
    rows.append(_Row([("  ╰" + "─" * (DISC - 4) + "╯  ", "dim")]))
    side = ROOT_TEXT + ROOT_LINE
    out = Text(f"{'left':>{ROOT_TEXT}}{'':{ROOT_LINE + DISC + 2 + ROOT_LINE + 1}}right\n", style="dim")
    for row in rows:
        _root(out, row.left, left=True) if row.left else out.append(" " * side)
        for text, style in row.body:
            out.append(text, style=style)
        if row.right:
            _root(out, row.right, left=False)
        elif row.words:
            out.append(" " * side)
        if row.words:
            out.append(" ")
        for text, style in row.words:
            out.append(text, style=style)
        out.append("\n")
    out.append(LEGEND if width >= len(LEGEND) else LEGEND.replace("  ━", "\n━"), style="dim")
    return out


def _numbered(a: Assessment) -> list[tuple[int, CulpritAnswer]]:
    return list(enumerate(a.culprits, start=1))


def _vertebra(name: str, a: Assessment, beside: int) -> list[_Row]:
    best = _most_likely(a, name, beside)
    lines = ([[("      ", ""), *best]] if best else []) + [
        [("      ", ""), *_finding(n, c, beside - 6)] for n, c in _numbered(a) if c.level == name
    ]
    rows = [_Row([("│", "dim"), (f"{name:^{DISC}}", "bold" if best else "dim"), ("│", "dim")])]
    for k, line in enumerate(lines):
        if k:
            rows.append(_Row([("│" + " " * DISC + "│", "dim")]))
        rows[-1].words = line
    return rows


def _most_likely(a: Assessment, place: str, beside: int) -> list[tuple[str, str]]:
    """The words beside the most likely place; empty for any other place."""
    best = a.places[0] if a.places else None
    if best is None or best.level != place:
        return []
    room = beside - 9 - len(percent(best.estimate.probability))
    sided = f"{best.name}, {'midline' if best.side == 'central' else best.side}"
    shown = sided if len(sided) <= room else _fit(best.name, room)
    return [("◀ ", "bold red"), (f"{shown} {percent(best.estimate.probability)}", "bold")]


def _disc(i: int, a: Assessment, roots: Mapping[tuple[str, str], RootAnswer], beside: int) -> list[_Row]:
    level = LEVELS[i]
    found = [(n, c) for n, c in _numbered(a) if c.level == level]
    cells = [("═", "dim")] * DISC
    for verdict in reversed(RANK):
        for _, c in found:
            if c.verdict == verdict:
                for spot in _SPOTS[c.side]:
                    cells[spot] = (MARKS[verdict], STYLES[verdict])
    lines: list[list[tuple[str, str]]] = []
    best = _most_likely(a, level, beside)
    name = (f"{level} ", "bold" if best else "dim")
    if best:
        lines.append(best)
        side = a.places[0].side
        for spot in _SPOTS[side]:
            if cells[spot][0] == "═":
                cells[spot] = ("▶" if side == "left" else "◀", "bold red")
    lines += [_finding(number, c, beside - 6) for number, c in found]
    root = ROOTS[i]
    rows = [
        _Row(
            [("╞", "dim"), *cells, ("╡", "dim")],
            roots.get((root, "left")),
            roots.get((root, "right")),
            [name, *(lines[0] if lines else [])],
        )
    ]
    for line in lines[1:]:
        rows.append(_Row([("│" + " " * DISC + "│", "dim")], words=[("      ", ""), *line]))
    return rows


def _finding(number: int, c: CulpritAnswer, width: int) -> list[tuple[str, str]]:
    chance = "" if c.verdict == "not_a_candidate" else f" {percent(c.estimate.probability)}"
    label = _fit(c.label.split(",")[0].split(":")[0], width - len(chance) - len(str(number)) - 3)
    return [(f"{MARKS[c.verdict]} {number} ", STYLES[c.verdict]), (f"{label}{chance}", "")]


def _root(out: Text, r: RootAnswer, *, left: bool) -> None:
    p = r.estimate.probability
    line, style = ("━", "bold red") if p >= 0.5 else (("─", "yellow") if p >= 0.2 else ("·", "dim"))
    chance = percent(p) if p >= 0.05 else ""
    if left:
        out.append(f"{chance} {r.root} ".rjust(ROOT_TEXT), style=style)
        out.append(line * ROOT_LINE, style=style)
    else:
        out.append(line * ROOT_LINE, style=style)
        out.append(f" {r.root} {chance}".ljust(ROOT_TEXT), style=style)


def _fit(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 1)].rstrip() + "…"
