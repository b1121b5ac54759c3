"""``foramen read-report``: an imaging report's text in, what was understood out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foramen.cli.screen import bullets, closing, heading, print_json, screen

if TYPE_CHECKING:
    from foramen.records.reports import PartlyUnderstood, ReadReport

MARKS = {"affirmed": "●", "negated": "○", "uncertain": "?", "historical": "◌", "postoperative": "●"}


def command(
    report: Annotated[str, typer.Argument(metavar="FILE|-", help="The report's text; -: standard input.")],
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Read an imaging report: findings by level, side and severity, each with the words it was taken from."""
    found = read_source(report)
    if json:
        print_json(found.to_dict())
    else:
        _print(found)


def read_source(source: str) -> ReadReport:
    """The report in a file, or on standard input for ``-``. Raises ``CaseError``."""
    from foramen.cli.assess import standard_input
    from foramen.records.plain import LIMIT, decode, read_file
    from foramen.records.reports import read_report

    if source == "-":
        return read_report(decode(standard_input(LIMIT + 1), "standard input"))
    return read_report(read_file(Path(source)))


def _print(found: ReadReport) -> None:
    from rich.table import Table
    from rich.text import Text

    console = screen()
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", "level", "side", "finding", "degree", "taken from"):
        grid.add_column(name)
    for f in (*found.findings, *found.also):
        what = f.type.replace("_", " ")
        said = f"no {what}" if not f.present else f"{what}?" if f.certainty == "uncertain" else what
        more = " ".join(x for x in (f.severity, f"grade {f.grade}" if f.grade else "") if x)
        cells = (MARKS[f.certainty], f.level or "", f.side or "", said, more)
        grid.add_row(*(Text(c) for c in cells), Text(f.text, style="dim"))
    console.print(grid if found.findings else Text("Nothing was understood."))
    if any(f.certainty == "uncertain" for f in found.findings):
        console.print(Text("? uncertain in the report: please confirm", style="yellow"))
    if found.not_understood:
        console.print(heading("Not understood", "read these yourself"))
        console.print(bullets([text for _, _, text in found.not_understood]))
    if found.partly_understood:
        console.print(heading("Only partly understood", "the words named were not taken up"))
        console.print(bullets([partly(p) for p in found.partly_understood]))
    if found.problems:
        console.print(heading("Please note"))
        console.print(bullets(found.problems, "!", "bold yellow"))
    console.print()
    console.print(closing(_version()))


def partly(p: PartlyUnderstood) -> str:
    """A sentence of which only a part was read, with the words that were not."""
    return f"{', '.join(p.words)}: “{' '.join(p.text.split())}”"


def _version() -> str:
    from foramen.knowledge.loader import load_knowledge

    return load_knowledge().version
