"""The why and the what next: weights of the findings, what would change the answer, questions, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foramen.assessment.notes import Notes, open_questions
from foramen.assessment.result import Assessment, Weight
from foramen.assessment.words import odds_words, settled_against
from foramen.cli.bars import weight_bar
from foramen.cli.screen import bullets, heading, percent

if TYPE_CHECKING:
    from rich.console import RenderableType

PER_ANSWER, QUESTIONS, SOURCES = 5, 6, 12
SETTLED = (
    "÷ beside an answer above 99% means that the last other account expects the finding even more, not that the answer"
    " does not fit it"
)
CLEAR = 0.05  # log10 odds; smaller weights are left to --full


def weights(a: Assessment, notes: Notes, full: bool, width: int) -> list[RenderableType]:
    """Per answer: its findings as bars, left against, right for, with odds factor and footnotes."""
    from rich.table import Table
    from rich.text import Text

    if not a.weights:
        return []
    groups: dict[str, list[Weight]] = {}
    for w in a.weights:
        groups.setdefault(w.answer, []).append(w)
    names = [c.name for c in a.causes]
    order = sorted(groups, key=lambda n: names.index(n) if n in names else len(names))
    half = 8 if width < 100 else 14
    shown: list[Weight] = []
    out: list[RenderableType] = [heading("Why", "what each finding did to the odds")]
    for answer in order:
        clear = [w for w in groups[answer] if abs(w.log10_odds) >= CLEAR]
        found = groups[answer] if full else clear[:PER_ANSWER]
        if not found:
            continue
        shown += found
        title = Text(answer, style="bold")
        title.append(f" {percent(found[0].with_it)}", style="bold")
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(no_wrap=True, justify="right")
        grid.add_row(Text("against".rjust(half) + "│" + "for".ljust(half), style="dim"), "", title)
        for w in found:
            words = Text(w.label)
            words.append(_origin(w, notes), style="dim")
            grid.add_row(weight_bar(w.log10_odds, half), Text(odds_words(w.log10_odds)), words)
        if len(found) < len(groups[answer]):
            grid.add_row("", "", Text(f"and {len(groups[answer]) - len(found)} smaller", style="dim"))
        out.append(grid)
    legend = "×8 the odds are eight times as high with the finding, ÷8 an eighth; a = rests on an assumption"
    out.append(Text(legend, style="dim"))
    if settled_against(shown):
        out.append(Text(SETTLED, style="dim"))
    return out


def _origin(w: Weight, notes: Notes) -> str:
    text = notes.of(w.sources)
    if "assumption" not in w.provenance:
        return text
    return f"{text[:-1]},a]" if text else " [a]"


def counterfactuals(a: Assessment) -> list[RenderableType]:
    """What would have to be different."""
    return [heading("What would change it"), bullets(a.counterfactuals)] if a.counterfactuals else []


def next_steps(a: Assessment, full: bool) -> list[RenderableType]:
    """Red flags not yet asked, then the findings that would tell most."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    out: list[RenderableType] = []
    first = open_questions(a.urgency)
    if first:
        lines = [f"{topic}: {' '.join(asked)}" if topic else " ".join(asked) for topic, asked in first.items()]
        out += [heading("Next", "first the red flags nobody has asked about"), bullets(lines, "!", "bold red")]
    later = [n for n in a.next_findings if not n.red_flag]
    if later:
        shown = later[: 15 if full else QUESTIONS]
        best = max(n.value for n in shown) or 1.0
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        for n in shown:
            cells = max(1, round(8 * n.value / best))
            where = " ".join(x for x in (n.side, n.level) if x)
            words = Text(n.question)
            words.append(f" ({where})" if where else "")
            words.append(f"  bears on: {n.could_change}", style="dim")
            grid.add_row(Text("█" * cells + "·" * (8 - cells), style="green"), Text(n.burden, style="dim"), words)
        title = heading("Next", "what would tell most for its effort") if not first else Text(
            "Then what would tell most for its effort", style="dim"
        )  # fmt: skip
        out += [Group(title, grid)]
    return out


def remarks(a: Assessment) -> list[RenderableType]:
    """Warnings, and findings that no likely account explains."""
    unexplained = [f"Not well explained by any likely account: {x}" for x in a.unexplained]
    lines = [*a.warnings, *unexplained]
    return [heading("Please note"), bullets(lines, "!", "bold yellow")] if lines else []


def sources(notes: Notes, full: bool) -> list[RenderableType]:
    """The footnotes."""
    from rich.table import Table
    from rich.text import Text

    used = notes.used()
    if not used:
        return []
    shown = used if full else used[:SOURCES]
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True)
    for number, source in shown:
        ids = f" {', '.join(source.identifiers)}" if source.identifiers else ""
        grid.add_row(Text(f"[{number}]"), Text(f"{source.citation}{ids}", style="dim"))
    out: list[RenderableType] = [heading("Sources"), grid]
    if len(shown) < len(used):
        out.append(Text(f"{len(used) - len(shown)} more with --full", style="dim"))
    return out
