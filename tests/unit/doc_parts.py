"""Parts of the pages that come from a real run: how they are made, found, compared and rewritten."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from foramen import __version__, load_knowledge
from foramen.cli.main import main
from foramen.cli.screen import percent
from foramen.errors import KnowledgeError
from foramen.knowledge.numbers import parse_number
from foramen.knowledge.provenance import shares

ROOT = Path(__file__).parents[2]
ERRORS = ROOT / "docs" / "errors.md"
BLOCK = re.compile(r"(<!-- begin: (\w+) -->\n)(.*?)(<!-- end: \2 -->)", re.DOTALL)
PLAN_LINES = 18  # what a page shows of a plan
EXAMPLE = re.compile(r"```(yaml case|yaml number|sh)\n(.*?)```\n```text\n(.*?)```", re.DOTALL)


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command line, 80 columns wide."""
    out, err = io.StringIO(), io.StringIO()
    plain = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    with mock.patch.dict(os.environ, plain), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(arguments))
    return code, "\n".join(line.rstrip() for line in out.getvalue().splitlines()), err.getvalue().strip()


def sections(text: str) -> dict[str, str]:
    """Printed text by the first word of its headings; what stands above the first one under ``""``."""
    found: dict[str, list[str]] = {"": []}
    name = ""
    for line in text.splitlines():
        if match := re.match(r"(\w+).* ─{3,}$", line):
            name = match[1]
            found.setdefault(name, [])
        found[name].append(line)
    return {key: "\n".join(lines).strip("\n") for key, lines in found.items()}


def _output() -> str:
    parts = sections(run("assess", str(ROOT / "examples" / "herniation-l4-l5.yaml"))[1])
    title, _, rest = parts[""].partition("╭")
    summary = rest.rpartition("╯")[2].strip("\n")
    return f"```text\n{title}{summary}\n\n{parts['Where']}\n```\n"


def _culprits() -> str:
    return f"```text\n{sections(run('assess', str(ROOT / 'examples' / 'slip-l4-l5.yaml'))[1])['Imaging']}\n```\n"


def _plan() -> str:
    parts = sections(run("assess", str(ROOT / "examples" / "bone-spur-l5-s1.yaml"))[1])
    plan = "\n".join(parts["Plan"].splitlines()[:PLAN_LINES])
    avoid = "\n".join(parts["Avoid"].splitlines()[:PLAN_LINES])
    return f"```text\n{plan}\n...\n\n{avoid}\n```\n"


def _shares() -> str:
    total = shares(load_knowledge())[0][1][0]
    read, recalled, derived, assumed = total.counts
    return (
        f"Of {total.total:,} numbers, {read} equal a figure read in a source, {recalled} one recalled, {derived} are\n"
        f"computed from figures, and **{assumed / total.total:.0%} are assumptions** with a range and a reason.\n"
    )


def _provenance() -> str:
    knowledge = load_knowledge()
    lines = [f"Foramen {__version__}, knowledge `{knowledge.version}`:", ""]
    lines += ["| numbers | in all | read | recalled | derived | assumed |", "|---|---|---|---|---|---|"]
    for title, rows in shares(knowledge):
        by_area = title == "By area"
        for row in rows if by_area else rows[:1]:
            name = row.area if by_area else f"{title}: {row.area}".removesuffix(": all").replace("|", "given")
            parts = " | ".join(percent(c / row.total) for c in row.counts)
            lines.append(f"| {name} | {row.total} | {parts} |")
    return "\n".join(lines) + "\n"


PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {"output": _output, "culprits": _culprits, "plan": _plan, "shares": _shares},
    "MODEL_CARD.md": {"provenance": _provenance},
}


def same(old: str, new: str, slack: float = 5.0) -> bool:
    """Whether two texts say the same: equal words, numbers within ``slack`` or 3 %; bars and versions aside.

    Small changes of the knowledge must not make every page stale, and another processor rounds otherwise.
    """
    shapes, values = [], []
    for text in (old, new):
        plain = re.sub(r"[█▓░·]+|\b[0-9a-f]{12}\b|[<>]", "", text)
        numbers = re.findall(r"\d[\d,]*(?:\.\d+)?", plain)
        shapes.append(re.sub(r"\s+", " ", re.sub(r"\d[\d,]*(?:\.\d+)?", "#", plain)).strip())
        values.append([float(n.replace(",", "")) for n in numbers])
    close = (abs(a - b) <= max(slack, 0.03 * max(a, b)) for a, b in zip(*values, strict=False))
    return shapes[0] == shapes[1] and all(close)


def error_examples() -> Iterator[tuple[str, str, str]]:
    """(kind, input, message on the page) of each example in docs/errors.md."""
    for match in EXAMPLE.finditer(ERRORS.read_text(encoding="utf-8")):
        yield match[1], match[2].strip("\n"), match[3].strip("\n")


def message(kind: str, text: str) -> str:
    """The error that an example of docs/errors.md produces."""
    if kind == "yaml number":
        import yaml

        try:
            parse_number(yaml.safe_load(text), "findings/history/some.yaml/background", load_knowledge().figures)
        except KnowledgeError as error:
            return f"error: {error}"
        return ""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("case.yaml").write_text(text + "\n", encoding="utf-8")
        words = ["assess", "case.yaml"] if kind == "yaml case" else text.split()[1:]
        return run(*words)[2]


def rewrite() -> None:
    """Bring the pages up to date."""
    for name, parts in PARTS.items():
        page = ROOT / name
        text = page.read_text(encoding="utf-8")
        page.write_text(BLOCK.sub(lambda m, p=parts: m[1] + p[m[2]]() + m[4], text), encoding="utf-8")
    text = ERRORS.read_text(encoding="utf-8")
    fresh = EXAMPLE.sub(lambda m: f"```{m[1]}\n{m[2]}```\n```text\n{message(m[1], m[2].strip())}\n```", text)
    ERRORS.write_text(fresh, encoding="utf-8")
