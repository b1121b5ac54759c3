"""An assessment on the terminal: summary, urgency, place, probabilities, culprits. Colour only repeats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from foramen.assessment.notes import Notes, open_questions
from foramen.assessment.result import Assessment, Estimate, UrgencyAnswer
from foramen.assessment.words import NOT_EXCLUDED, SUSPECTED_FIGURE, cauda_suspected, place_words
from foramen.cli.bars import LEGEND, interval_bar
from foramen.cli.render_plan import plan_parts
from foramen.cli.render_why import counterfactuals, next_steps, remarks, sources, weights
from foramen.cli.screen import bullets, closing, heading, percent, with_interval
from foramen.cli.spine import MARKS, STYLES, spine

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

BANNER: Mapping[str, tuple[str, str]] = {
    "emergency": ("!!! EMERGENCY", "bold white on red"),
    "urgent": ("!! URGENT", "bold black on yellow"),
    "soon": ("! SOON", "bold black on cyan"),
    "routine": ("ROUTINE", "bold black on green"),
}
TOP = 6
RARE = 0.005  # causes below this at the high end of their interval are always summed
SEEN = 0.05  # roots below this are left to --json


def print_assessment(console: Console, a: Assessment, *, full: bool = False) -> None:
    """Print what an assessment answers; ``full`` adds what the short form sums up, and the referral note."""
    notes = Notes(a)
    width = console.width
    legend = LEGEND if width > 100 else "█ low end, ▓ estimate, ░ high end of the 90% interval"
    parts: list[RenderableType] = [_head(a), "", banner(a.urgency, notes, full=full), "", bullets(a.summary)]
    parts += [heading("Where", "seen from behind"), spine(a, width)]
    parts += [heading("Cause", legend), _causes(a, full, width), *_companions(a), *_places(a, full, width)]
    parts += [heading("Nerve roots"), _roots(a, notes, width)]
    if a.culprits:
        parts += [heading("Imaging findings", "culprit or bystander"), _culprits(a, notes)]
    parts += [*weights(a, notes, full, width), *counterfactuals(a), *next_steps(a, full)]
    parts += [*(plan_parts(a.plan, notes, full, width) if a.plan else []), *remarks(a)]
    if full:
        parts += [note_panel(a)]
    parts += [*sources(notes, full), "", closing(a.knowledge_version, more=_draws(a))]
    for part in parts:
        console.print(part)


def print_note(console: Console, a: Assessment) -> None:
    """The referral note alone."""
    from rich.text import Text

    console.print(Text(a.referral_note))
    console.print()
    console.print(closing(a.knowledge_version, disclaimer=a.disclaimer not in a.referral_note))


def print_leaflet(console: Console, a: Assessment) -> None:
    """The patient's leaflet alone."""
    from rich.text import Text

    console.print(Text(a.plan.leaflet if a.plan else ""))
    console.print()
    console.print(closing(a.knowledge_version))


def _draws(a: Assessment) -> str:
    return f" · intervals from {a.draws} draws of the numbers" if a.draws else ""


def _head(a: Assessment) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    context = a.context
    age = context.get("age")
    who = [f"{age:g} years" if age is not None else "age not known", context.get("sex") or "sex not known"]
    who.append(str(context.get("setting") or "setting not stated").replace("_", " "))
    line = Table.grid(expand=True)
    line.add_column()
    line.add_column(justify="right")
    line.add_row(Text(f"Foramen · {a.case}", style="bold"), Text(", ".join(who), style="dim"))
    return line


def banner(urgency: UrgencyAnswer, notes: Notes | None = None, *, full: bool = True) -> RenderableType:
    """The urgency as words in a frame, its reasons with footnotes where ``notes`` are kept.

    Without ``full`` reasons less urgent than the answer are only counted.
    """
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    words, style = BANNER.get(urgency.level, (urgency.level.upper(), "bold"))
    body = Table.grid(padding=(0, 1))
    first = Text()
    first.append(f" {words} ", style=style)
    first.append(f" {urgency.within}", style="bold")
    if urgency.provisional:
        first.append(" (provisional)")
    body.add_row(Text("Urgency", style="dim"), first)
    body.add_row(Text("See", style="dim"), Text(urgency.refer_to))
    shown = [r for r in urgency.reasons if full or r.get("urgency", urgency.level) == urgency.level]
    for i, reason in enumerate(shown):
        body.add_row(Text("" if i else "Because", style="dim"), _reason(reason, notes))
    if rest := len(urgency.reasons) - len(shown):
        body.add_row("", Text(f"and {rest} less urgent reason{'s' if rest > 1 else ''} with --full", style="dim"))
    for i, text in enumerate(urgency.meanwhile):
        body.add_row(Text("" if i else "Until then", style="dim"), Text(text))
    for i, text in enumerate(urgency.tell[:2]):
        body.add_row(Text("" if i else "Tell", style="dim"), Text(text))
    if urgency.provisional:
        count = sum(len(asked) for asked in open_questions(urgency).values())
        open_ = f"red-flag questions not yet answered: {count}; they stand under Next"
        body.add_row(Text("Open", style="dim"), Text(open_))
    return Panel(body, border_style=style.split(" on ")[-1], expand=True)


def _reason(reason: Mapping[str, Any], notes: Notes | None) -> Any:
    from rich.text import Text

    text = Text(str(reason.get("name") or reason.get("rule") or ""), style="bold")
    if why := str(reason.get("why") or ""):
        text.append(f". {why}" if text.plain else why, style="not bold")
    if notes is not None:
        text.append(notes.of(tuple(reason.get("sources", ()))), style="not bold dim")
    return text


def _rows(rows: Sequence[tuple[str, Estimate, str]], width: int, style: str) -> RenderableType:
    """Label, bar, probability with interval, words."""
    from rich.table import Table
    from rich.text import Text

    bar = 18 if width < 100 else 36
    grid = Table.grid(padding=(0, 1))
    grid.add_column(max_width=width - bar - 17)
    for label, e, words in rows:
        chance = with_interval(e) if e.low < e.high else f"{percent(e.probability):>4}"
        cells: list[Any] = [Text(label), interval_bar(e, bar, style), Text(chance, no_wrap=True)]
        grid.add_row(*cells, Text(words, style="dim"))
    return grid


def _causes(a: Assessment, full: bool, width: int) -> RenderableType:
    shown = [c for c in a.causes if c.estimate.high >= RARE] if full else a.causes[:TOP]
    rows = [(c.name, c.estimate, "") for c in shown]
    if rest := a.causes[len(shown) :]:
        total = sum(c.estimate.probability for c in rest)
        # an interval of a sum is not the sum of intervals, so none is shown
        rows.append((f"{len(rest)} other causes, summed", Estimate(total, total, total), ""))
    return _rows(rows, width, "cyan")


def _companions(a: Assessment) -> list[RenderableType]:
    from rich.text import Text

    words = ", ".join(f"{c.name} {percent(c.estimate.probability)}" for c in a.companions)
    return [Text(f"beside the cause, as a companion: {words}", style="dim")] if words else []


def _places(a: Assessment, full: bool, width: int) -> list[RenderableType]:
    from rich.text import Text

    shown = [p for p in a.places if full or p.estimate.probability >= 0.02][: 12 if full else 5]
    rows = [(place_words(p), p.estimate, "") for p in shown]
    sides = [(s.side, s.estimate, "") for s in a.sides if s.estimate.probability >= 0.02]
    parts: list[RenderableType] = [Text("at a level and side", style="dim"), _rows(rows, width, "blue")] if rows else []
    return [*parts, Text("on which side", style="dim"), _rows(sides, width, "blue")]


def _roots(a: Assessment, notes: Notes, width: int) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    rows: list[tuple[str, Estimate, str]] = []
    for r in a.roots:
        if r.estimate.probability >= SEEN and len(rows) < TOP:
            parts = [("irritation", r.irritated), ("conduction loss", r.conduction_loss)]
            parts += [("irritation + loss", r.both)]
            state, chance = max(parts, key=lambda x: x[1])
            rows.append((f"{r.root} {r.side}", r.estimate, f"{state} {percent(chance)}"))
    rows.append(("no root affected", a.no_root_affected, ""))
    rows.append(("cauda equina", a.cauda_equina, "bladder and saddle nerves"))
    shown = _rows(rows, width, "red")
    if not cauda_suspected(a.urgency, a.cauda_equina):
        return shown
    return Group(shown, Text(NOT_EXCLUDED + notes.of([SUSPECTED_FIGURE])))


def _culprits(a: Assessment, notes: Notes) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right")
    grid.add_column(no_wrap=True)
    for number, c in enumerate(a.culprits, start=1):
        verdict = Text(f"{MARKS[c.verdict]} {c.verdict.replace('_', ' ')}", style=STYLES[c.verdict])
        if c.verdict != "not_a_candidate":
            verdict.append(f"\n  {with_interval(c.estimate).strip()}", style="not bold")
        words = Text(f"{c.label}\n", style="bold")
        words.append(c.reason, style="not bold")
        words.append(notes.of(c.sources), style="not bold dim")
        grid.add_row(Text(str(number)), verdict, words)
    if a.no_imaged_culprit is None:
        return grid
    none = Text(f"None of them is the culprit: {with_interval(a.no_imaged_culprit).strip()}", style="bold")
    return Group(grid, none, bullets(a.discordance, "!", "bold yellow")) if a.discordance else Group(grid, none)


def note_panel(a: Assessment) -> RenderableType:
    """The referral note in a frame."""
    from rich.panel import Panel
    from rich.text import Text

    return Panel(Text(a.referral_note), title="Referral note", title_align="left", padding=(0, 1))
