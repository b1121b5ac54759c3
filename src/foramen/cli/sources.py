"""``foramen sources``: every source, its figures, and where its numbers are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from foramen.cli.screen import closing, heading, print_json, screen, working
from foramen.errors import CaseError, nearest_match


def command(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A source or a figure.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the sources, or show one with its figures and where they are used."""
    with working("Reading the knowledge"):
        from foramen.knowledge.loader import load_knowledge
        from foramen.knowledge.uses import table

        knowledge = load_knowledge()
    rows = table(knowledge)
    if id is not None:
        found = [r for r in rows if r["id"] == id or id in (f["id"] for f in r["figures"])]
        if not found:
            near = nearest_match(id, [*knowledge.sources, *knowledge.figures])
            raise CaseError("no such source or figure", given=id, nearest=near, cure="`foramen sources` lists them.")
        rows = found
    if json:
        print_json(rows)
    elif id is not None:
        _print_one(rows[0], knowledge.version)
    else:
        _print_all(rows, knowledge.version)


def _print_all(rows: Sequence[dict[str, Any]], version: str) -> None:
    from rich.table import Table
    from rich.text import Text

    console = screen()
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name, justify in (("source", "left"), ("figures", "right"), ("read", "right"), ("uses", "right")):
        grid.add_column(name, justify=justify)  # type: ignore[arg-type]
    for row in rows:
        words = Text(row["citation"])
        words.append(f"\n{row['id']}", style="dim")
        read = sum(f["read_in_source"] for f in row["figures"])
        grid.add_row(words, str(len(row["figures"])), str(read), str(row["uses"]))
    console.print(grid)
    figures = sum(len(r["figures"]) for r in rows)
    console.print()
    console.print(closing(version, disclaimer=False, more=f" · {len(rows)} sources, {figures} figures"))


def _print_one(row: dict[str, Any], version: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console = screen()
    console.print(Text(row["citation"], style="bold"))
    facts = [row["id"], str(row["year"] or "year not known"), *row["identifiers"]]
    console.print(Text(" · ".join(facts), style="dim"))
    console.print(heading("Figures", f"{len(row['figures'])}, used in {row['uses']} places"))
    for f in row["figures"]:
        line = Text(f["id"], style="bold cyan")
        line.append(f"  {f['quantity']} {_value(f)}", style="not bold default")
        line.append("  read in the source" if f["read_in_source"] else "  recalled, not read", style="dim")
        console.print(line)
        for text in filter(None, [f["about"], *(f"used in {place}" for place in f["used_in"])]):
            console.print(Padding(Text(text, style="dim"), (0, 0, 0, 4)))
    console.print()
    console.print(closing(version, disclaimer=False))


def _value(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return "(no single value)"
    text = f"{figure['value']:g}"
    if figure["ci"]:
        text += f" (95% {figure['ci'][0]:g} to {figure['ci'][1]:g})"
    if figure["counts"]:
        return f"{text}, {figure['counts']}"
    return f"{text}, n = {figure['n']}" if figure["n"] else text
