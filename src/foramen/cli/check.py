"""``foramen check``: is the knowledge sound, where are its numbers from, does the model reproduce them?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foramen.cli.screen import closing, heading, percent, print_json, screen, working
from foramen.errors import KnowledgeError
from foramen.values import plain_data

if TYPE_CHECKING:
    from foramen.knowledge.provenance import Shares
    from foramen.knowledge.schema import Knowledge


def command(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A folder of knowledge; default: the shipped one.")
    ] = None,
    figures: Annotated[
        bool, typer.Option("--figures", help="Also compare the published figures with the model's.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Validate the knowledge and show where its numbers come from."""
    from foramen.knowledge.provenance import KINDS, shares

    with working("Reading the knowledge"):
        knowledge = read(folder)
    tables = shares(knowledge)
    rows = _reproduced(knowledge, folder) if figures else []
    if json:
        body = {
            "knowledge_version": knowledge.version,
            "sound": True,
            "provenance": [
                {"table": title, "area": r.area, **dict(zip(KINDS, r.counts, strict=True))}
                for title, found in tables
                for r in found
            ],
            "figures": rows,
        }
        print_json(body)
        return
    console = screen()
    counts = f"{len(knowledge.causes)} causes, {len(knowledge.findings)} findings"
    rules = f"{len(knowledge.red_flags)} red-flag rules, {len(knowledge.sources)} sources"
    console.print(f"The knowledge is sound: {counts}, {rules}.")
    for title, found in tables:
        console.print(heading(title))
        console.print(_table(found))
    console.print(
        "* of all numbers: assumptions whose reason names the cited figure they were set to meet", style="dim"
    )
    if figures:
        console.print(heading("Figures", "published against implied by the model"))
        console.print(figures_table(rows))
        console.print(verdicts(rows))
    console.print()
    console.print(closing(knowledge.version, disclaimer=False))


def read(folder: Path | None) -> Knowledge:
    """The knowledge in a folder, read anew. Raises ``KnowledgeError`` whatever is wrong with it."""
    from foramen.knowledge.loader import check_knowledge
    from foramen.triage.rules import Rulebook
    from foramen.triage.thresholds import read_policy

    knowledge = check_knowledge(folder)
    try:
        Rulebook(knowledge)  # rules name findings and states
        read_policy(knowledge)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        kind = type(error).__name__
        raise KnowledgeError(f"red_flags/: a rule is not of the documented form ({kind}: {error})") from None
    return knowledge


def _reproduced(knowledge: Knowledge, folder: Path | None) -> list[dict[str, Any]]:
    with working("Building the model and recomputing the published figures"):
        from foramen.inference.engine import Engine
        from foramen.inference.reproduce import reproduce

        return [plain_data(row) for row in reproduce(Engine(knowledge), folder and folder / "reproduction")]


def _table(rows: list[Shares]) -> Any:
    from rich.table import Table

    from foramen.knowledge.provenance import KINDS

    grid = Table(box=None, pad_edge=False, header_style="dim")
    grid.add_column("", min_width=30)
    for name in ("numbers", *KINDS):
        grid.add_column({"assumption": "assumed"}.get(name, name), justify="right")
    for r in rows:
        parts = [percent(c / r.total) if r.total else "–" for c in r.counts]
        if r.anchored:
            parts[-1] += f" ({percent(r.anchored / r.total)}*)"
        grid.add_row(r.area, str(r.total), *parts)
    return grid


def figures_table(rows: list[dict[str, Any]]) -> Any:
    """Published against implied, a row a figure."""
    from rich.table import Table
    from rich.text import Text

    marks = {"inside": ("= in", "green"), "outside": ("! out", "bold red")}
    grid = Table(box=None, pad_edge=False, header_style="dim")
    for name, justify in (
        ("figure", "left"),
        ("published", "right"),
        ("implied", "right"),
        ("", "left"),
        ("", "left"),
    ):
        grid.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for r in rows:
        text, style = marks.get(r["verdict"], ("? open", "dim"))
        published = "–" if r["published"] is None else f"{r['published']:.2g}"
        if r["interval"]:
            published += f" ({r['interval'][0]:.2g}–{r['interval'][1]:.2g})"
        role = r["role"].replace("_", " ")
        grid.add_row(r["figure"], published, f"{r['implied']:.2g}", Text(text, style=style), Text(role, style="dim"))
    return grid


def verdicts(rows: list[dict[str, Any]]) -> str:
    """How many figures lie inside their intervals, by what they were used for."""
    parts = []
    for role in ("used", "held_back"):
        own = [r["verdict"] for r in rows if r["role"] == role]
        checkable = len(own) - own.count("not_checkable")
        words = "set a number" if role == "used" else "held back as checks"
        parts.append(f"{words}: {own.count('inside')} of {checkable} inside")
    return f"Figures that {parts[0]}; {parts[1]}."
