"""The spine from behind as an SVG: findings at level and side, culprits filled, bystanders hollow, affected roots.

Plain shapes, no script, no outside request. Colour only repeats what fill, dash and words say.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from foramen.anatomy import LEVELS, ROOTS, VERTEBRAE
from foramen.assessment.result import Assessment, CulpritAnswer, PlaceAnswer, RootAnswer
from foramen.assessment.words import share

WIDTH, TOP, STEP = 840, 64, 84
NARROW = 500  # without the words beside the levels, for a telephone
MIDDLE, HALF = 250, 52
SPOTS = {"left": (-34,), "right": (34,), "bilateral": (-34, 34), "central": (0,), "": (0,)}
COLOURS = {"culprit": "#b3261e", "uncertain": "#8a5a00", "bystander": "#1f5fa8", "not_a_candidate": "#6b6b6b"}
VERDICTS = ("not_a_candidate", "bystander", "uncertain", "culprit")
AFFECTED, PERHAPS = 0.5, 0.2
BESIDE = 430  # where the words beside a level begin
LINES, FITS = 4, 46  # lines beside a level, characters in a line


def spine_svg(a: Assessment, *, narrow: bool = False) -> str:
    """An SVG document of one assessment. ``narrow``: for a telephone, larger letters and no words beside the levels."""
    height = TOP + STEP * (len(LEVELS) + 1) + (100 if narrow else 70)
    width, size, mark = (NARROW, 19, "-narrow") if narrow else (WIDTH, 13, "")
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="spine-title{mark} spine-desc{mark}" font-family="system-ui, sans-serif" font-size="{size}">',
        f'<title id="spine-title{mark}">Lower back from behind</title>',
        f'<desc id="spine-desc{mark}">{escape(described(a))}</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{MIDDLE - 170}" y="28" fill="#4a4a4a">left</text>',
        f'<text x="{MIDDLE + 150}" y="28" fill="#4a4a4a">right</text>',
        f'<text x="{MIDDLE}" y="28" text-anchor="middle" fill="#4a4a4a">seen from behind</text>',
    ]
    for i, vertebra in enumerate(VERTEBRAE):
        out += _vertebra(vertebra, TOP + STEP * i, a)
    out += _sacrum(TOP + STEP * len(VERTEBRAE))
    roots = {(r.root, r.side): r for r in a.roots}
    for i, level in enumerate(LEVELS):
        out += _level(level, ROOTS[i], TOP + STEP * i + STEP - 22, a, roots)
    out += _roots("S1", TOP + STEP * len(LEVELS) + 40, roots)
    if narrow:
        out = [line for line in out if f'x="{BESIDE}"' not in line]
    out += _legend(height - (56 if narrow else 26), narrow=narrow)
    return "\n".join([*out, "</svg>"])


def described(a: Assessment) -> str:
    """The picture in words, for those who do not see it."""
    found = [f"{c.label}: {c.verdict.replace('_', ' ')}, {c.estimate.probability:.0%}" for c in a.culprits]
    hit = [f"{r.root} {r.side} {r.estimate.probability:.0%}" for r in a.roots if r.estimate.probability >= PERHAPS]
    return f"Imaging findings: {'; '.join(found) or 'none'}. Roots affected: {', '.join(hit) or 'none'}."


def _vertebra(name: str, y: float, a: Assessment) -> list[str]:
    out = [
        f'<rect x="{MIDDLE - HALF}" y="{y}" width="{2 * HALF}" height="{STEP - 36}" rx="10" '
        f'fill="#f3efe6" stroke="#8c8573"/>',
        f'<text x="{MIDDLE}" y="{y + 30}" text-anchor="middle" fill="#4a4a4a">{name}</text>',
    ]
    here = [(n, c) for n, c in enumerate(a.culprits, start=1) if c.level == name]
    best = a.places[0] if a.places and a.places[0].level == name else None
    return out + _marks(here, y + STEP / 2 - 18) + _words(name, best, here, y + 24, quiet=True)


def _sacrum(y: float) -> list[str]:
    points = f"{MIDDLE - HALF},{y} {MIDDLE + HALF},{y} {MIDDLE + 22},{y + 74} {MIDDLE - 22},{y + 74}"
    return [
        f'<polygon points="{points}" fill="#f3efe6" stroke="#8c8573"/>',
        f'<text x="{MIDDLE}" y="{y + 26}" text-anchor="middle" fill="#4a4a4a">S1</text>',
    ]


def _level(level: str, root: str, y: float, a: Assessment, roots: dict[tuple[str, str], RootAnswer]) -> list[str]:
    best = a.places[0] if a.places and a.places[0].level == level else None
    stroke = "#1a1a1a" if best else "#b9c6d3"
    out = [
        f'<rect x="{MIDDLE - HALF + 4}" y="{y - 9}" width="{2 * HALF - 8}" height="18" rx="9" '
        f'fill="#dfe8f1" stroke="{stroke}"/>'
    ]
    out += _roots(root, y, roots)
    here = [(n, c) for n, c in enumerate(a.culprits, start=1) if c.level == level]
    out += _marks(here, y)
    return out + _words(level, best, here, y)


def _words(
    place: str, best: PlaceAnswer | None, here: Sequence[tuple[int, CulpritAnswer]], y: float, *, quiet: bool = False
) -> list[str]:
    """What stands beside a level or vertebra; ``quiet``: nothing where there is nothing to say."""
    lines = [(f"{place}: {best.name}, {best.side}", share(best.estimate.probability))] if best else []
    lines += [(f"{n} {c.label.split(':')[0]}", _chance(c)) for n, c in here]
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], (f"and {len(lines) - LINES + 1} more", "")]
    if not lines and not quiet:
        lines = [(place, "")]
    out = []
    for k, (words, chance) in enumerate(lines):
        weight = ' font-weight="600"' if best and not k else ""
        shown = words if len(words) <= FITS else words[: FITS - 1] + "…"
        line = f"{shown} {chance}".strip()
        out.append(f'<text x="{BESIDE}" y="{y - 14 + 17 * k}"{weight} fill="#1a1a1a">{escape(line)}</text>')
    return out


def _chance(c: CulpritAnswer) -> str:
    return "" if c.verdict == "not_a_candidate" else share(c.estimate.probability)


def _marks(found: Sequence[tuple[int, CulpritAnswer]], y: float) -> list[str]:
    """Circles at their side: filled for a culprit, half for uncertain, hollow for a bystander."""
    out = []
    for _, c in sorted(found, key=lambda row: VERDICTS.index(row[1].verdict)):
        colour = COLOURS[c.verdict]
        for dx in SPOTS.get(c.side, (0,)):
            fill = colour if c.verdict == "culprit" else "#ffffff"
            out.append(
                f'<circle cx="{MIDDLE + dx}" cy="{y}" r="8" fill="{fill}" stroke="{colour}" stroke-width="2.5"/>'
            )
            if c.verdict == "uncertain":
                out.append(f'<path d="M{MIDDLE + dx} {y - 8}a8 8 0 0 1 0 16z" fill="{colour}"/>')
    return out


def _roots(root: str, y: float, roots: dict[tuple[str, str], RootAnswer]) -> list[str]:
    out = []
    for side, sign in (("left", -1), ("right", 1)):
        r = roots.get((root, side))
        p = r.estimate.probability if r else 0.0
        colour, width, dash = (
            ("#b3261e", 5, "") if p >= AFFECTED else ("#8a5a00", 3, "7 4") if p >= PERHAPS else ("#767676", 2, "")
        )
        x0, x1 = MIDDLE + sign * (HALF - 2), MIDDLE + sign * (HALF + 56)
        out.append(
            f'<path d="M{x0} {y}Q{MIDDLE + sign * (HALF + 30)} {y} {x1} {y + 22}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}" stroke-dasharray="{dash}"/>'
        )
        words = f"{root} {share(p)}" if p >= 0.05 else root
        anchor = "end" if sign < 0 else "start"
        out.append(f'<text x="{x1 + sign * 6}" y="{y + 28}" text-anchor="{anchor}" fill="{colour}">{words}</text>')
    return out


def _legend(y: float, *, narrow: bool) -> list[str]:
    parts = [("culprit", "culprit"), ("uncertain", "uncertain"), ("bystander", "bystander")]
    out = []
    for k, (verdict, words) in enumerate(parts):
        x = 40 + (150 if narrow else 120) * k
        fill = COLOURS[verdict] if verdict == "culprit" else "#ffffff"
        out.append(f'<circle cx="{x}" cy="{y}" r="7" fill="{fill}" stroke="{COLOURS[verdict]}" stroke-width="2.5"/>')
        if verdict == "uncertain":
            out.append(f'<path d="M{x} {y - 7}a7 7 0 0 1 0 14z" fill="{COLOURS[verdict]}"/>')
        out.append(f'<text x="{x + 14}" y="{y + 5}" fill="#1a1a1a">{words}</text>')
    x, y, gap = (33, y + 34, 220) if narrow else (410, y, 150)
    out.append(
        f'<path d="M{x} {y}h34" stroke="#b3261e" stroke-width="5"/><text x="{x + 42}" y="{y + 5}">root affected</text>'
    )
    out.append(
        f'<path d="M{x + gap} {y}h34" stroke="#8a5a00" stroke-width="3" stroke-dasharray="7 4"/>'
        f'<text x="{x + gap + 42}" y="{y + 5}">perhaps</text>'
    )
    return out
