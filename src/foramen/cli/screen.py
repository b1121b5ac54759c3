"""The terminal: width, headings, numbers in words, a waiting sign, and what to do without UTF-8."""

from __future__ import annotations

import codecs
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from foramen.assessment.result import DISCLAIMER, Estimate

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

NARROW, USUAL, WIDE = 40, 80, 120  # columns: narrower tables lose their words, longer lines are hard to read
PATIENCE = 0.5  # seconds before a waiting sign appears
_PLAIN = {
    **dict.fromkeys("╭╮╰╯╔╗╚╝┌┐└┘┏┓┗┛", "+"),
    **dict.fromkeys("│║┃╞╡", "|"),
    **dict.fromkeys("█▓▒━═", "="),
    **dict.fromkeys("─–—░", "-"),
    **dict.fromkeys("“”", '"'),
    **{"●": "*", "◐": "~", "○": "o", "▶": ">", "◀": "<", "·": ".", "•": "*", "…": "...", "’": "'"},
    **{"×": "x", "÷": "/", "≥": ">=", "≤": "<=", "°": " deg", "→": "->"},
}


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: a plain sign for what the terminal's encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN.get(c, "?") for c in error.object[error.start : error.end]), error.end


def prepare_streams() -> None:
    """Let output degrade to plain signs where the terminal's encoding is not UTF-8; a closed standard error takes
    what it is told and loses it, as Python would print it to standard output."""
    codecs.register_error("foramen", _plainly)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the rest of the process
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="foramen")


def screen() -> Console:
    """The console on standard output, 40 to 120 columns. Colour follows the terminal and NO_COLOR."""
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # a reader that leaves is no fault; ``main`` ends quietly

    console = Screen(highlight=False, markup=False, emoji=False)
    console.width = min(max(console.width, NARROW), WIDE) if console.width else USUAL  # 0: not known
    return console


def print_json(value: object) -> None:
    """Print plain data as JSON, with signs written as ``\\u…`` where the stream is not UTF-8: never as other signs."""
    from json import dumps

    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        whole = codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        whole = False
    print(dumps(value, ensure_ascii=not whole, indent=2, allow_nan=False))


def heading(words: str, note: str = "") -> RenderableType:
    """A section's heading with an explaining note, over the whole width, after an empty line."""
    from rich.padding import Padding
    from rich.rule import Rule
    from rich.text import Text

    title = Text(words, style="bold")
    if note:
        title.append(f" · {note}", style="dim")
    return Padding(Rule(title, align="left", style="dim", characters="─"), (1, 0, 0, 0))


def bullets(lines: tuple[str, ...] | list[str], mark: str = "•", style: str = "") -> RenderableType:
    """Lines with a hanging indent behind a mark."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    for line in lines:
        grid.add_row(Text(mark, style=style), Text(line))
    return grid


def percent(p: float) -> str:
    """Whole per cent; never 0 or 100 for what is only nearly so."""
    if 0 < p < 0.005:
        return "<1%"
    if 0.995 < p < 1:
        return ">99%"
    return f"{p:.0%}"


def with_interval(e: Estimate) -> str:
    """``84% (71–92)``."""
    low, high = (percent(x).rstrip("%") for x in (e.low, e.high))
    return f"{percent(e.probability):>4} ({low}–{high})"


def closing(knowledge_version: str, *, disclaimer: bool = True, more: str = "") -> Text:
    """What every output ends with."""
    from rich.text import Text

    from foramen import __version__

    text = Text()
    if disclaimer:
        text.append(f"{DISCLAIMER}\n", style="italic")
    text.append(f"Foramen {__version__} · knowledge {knowledge_version}{more}", style="dim")
    return text


@contextmanager
def working(words: str) -> Iterator[None]:
    """Show what is being done, on standard error if that is a terminal, once it takes half a second."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    shown = threading.Thread(target=_show, args=(words, done), daemon=True)
    shown.start()
    try:
        yield
    finally:
        done.set()
        shown.join()


def _show(words: str, done: threading.Event) -> None:
    if done.wait(PATIENCE):
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(words, total=None)
        done.wait()
