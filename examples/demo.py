"""Assess five published cases: the first in full, the others in short, each beside the published diagnosis.

Uses the functions behind ``foramen assess``. Run by ``make demo``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from foramen.assessment.result import Assessment, CulpritAnswer
from foramen.assessment.words import place_words
from foramen.cli.assess import assess_case, read_source
from foramen.cli.bars import interval_bar
from foramen.cli.render import BANNER, print_assessment
from foramen.cli.render_plan import MARKS as PLAN_MARKS
from foramen.cli.screen import heading, percent, prepare_streams, screen, with_interval, working
from foramen.cli.spine import MARKS, STYLES
from foramen.errors import ForamenError

HERE = Path(__file__).parent
CASES = ("herniation-l4-l5", "slip-l4-l5", "bone-spur-l5-s1", "metastasis-l5", "burst-fracture-l3")
BAR = 18
OPTIONS = 5  # options of the plan shown for a case in short


def main() -> int:
    """Run the demonstration; the exit code."""
    prepare_streams()
    console = screen()
    try:
        _opening(console)
        first, *others = CASES
        console.print(heading(f"1 of {len(CASES)}", f"foramen assess examples/{first}.yaml"))
        _introduce(console, first)
        print_assessment(console, _assessed(first))
        _published(console, first)
        for number, name in enumerate(others, start=2):
            a = _assessed(name)
            console.print(heading(f"{number} of {len(CASES)}", f"examples/{name}.yaml, in short"))
            _introduce(console, name)
            _short(console, a)
            _published(console, name)
            _floor(console, name, a)
        _closing(console)
    except ForamenError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _opening(console: Console) -> None:
    """What is shown, from where, with which knowledge; prepares the knowledge."""
    with working("Preparing the knowledge (some seconds, first run only)"):
        from foramen.assessment.assess import default_engine

        knowledge = default_engine().model.knowledge
    console.print(Text("Foramen: which lesion pinches which nerve root, and how urgent is it?", style="bold"))
    console.print(
        "Five real cases from published reports and teaching collections, no patients of yours. "
        "Each file in examples/ names its source."
    )
    numbers = knowledge.numbers
    assumed = sum(n.provenance == "assumption" for n in numbers) / len(numbers)
    console.print(
        f"Knowledge {knowledge.version}: {len(knowledge.causes)} causes, {len(knowledge.findings)} findings, "
        f"{len(knowledge.sources)} sources. {percent(assumed)} of its numbers are stated assumptions with a range; "
        "`a` marks them.",
        style="dim",
    )


def _raw(name: str) -> dict[str, Any]:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))


def _assessed(name: str) -> Assessment:
    return assess_case(read_source(str(HERE / f"{name}.yaml")))


def _introduce(console: Console, name: str) -> None:
    """The first line of the file (who) and the source."""
    first = (HERE / f"{name}.yaml").read_text(encoding="utf-8").partition("\n")[0]
    source = _raw(name)["source"]
    year = f", {source['year']}" if str(source.get("year", source["title"])) not in source["title"] else ""
    console.print(first.lstrip("# "))
    console.print(Text(f"Source: {source['title']}{year}", style="dim"))
    console.print()


def _short(console: Console, a: Assessment) -> None:
    """Urgency, causes as bars, roots, culprits."""
    words, style = BANNER[a.urgency.level]
    line = Text(f" {words} ", style=style)
    when = "" if a.urgency.within == a.urgency.level else f" {a.urgency.within}."
    provisional = " Provisional: not every red flag was asked." if a.urgency.provisional else ""
    line.append(f"{when} {a.urgency.refer_to}.{provisional}", style="not bold default on default")
    console.print(line)
    reasons = [str(r["name"]) for r in a.urgency.reasons if r["urgency"] == a.urgency.level]
    if reasons:
        console.print(Text(f"Because: {'; '.join(reasons[:3])}", style="dim"))
    bars = Table.grid(padding=(0, 1))
    bars.add_column(max_width=console.width - BAR - 17)
    for label, estimate, colour in _lines(a):
        bars.add_row(Text(label), interval_bar(estimate, BAR, colour), Text(with_interval(estimate), no_wrap=True))
    console.print(Padding(bars, (1, 0)))
    marks = [_mark(c) for c in a.culprits]
    console.print(Group(*marks) if marks else Text("No imaging finding."))
    if a.plan and a.plan.steps:
        by_id = {o.treatment: o for o in a.plan.options}
        first = [by_id[i] for i in a.plan.steps[0].options[:OPTIONS]]
        options = "; ".join(f"{PLAN_MARKS[o.status]} {o.name}" for o in first)
        console.print(Padding(Text(f"Plan, {a.plan.steps[0].title.lower()}: {options} …", style="green"), (1, 0, 0, 0)))


def _lines(a: Assessment) -> Iterator[tuple[str, Any, str]]:
    """(label, estimate, colour) of the leading causes, the best place, and the affected nerves."""
    for c in [c for c in a.causes if c.estimate.probability >= 0.1][:3]:
        yield c.name, c.estimate, "cyan"
    yield f"at {place_words(a.places[0]).removeprefix(a.places[0].name + ', ')}", a.places[0].estimate, "blue"
    for r in [r for r in a.roots if r.estimate.probability >= 0.4][:2]:
        yield f"root {r.root} {r.side}", r.estimate, "red"
    yield "no root affected", a.no_root_affected, "red"
    yield "cauda equina", a.cauda_equina, "red"


def _mark(c: CulpritAnswer) -> Text:
    chance = "" if c.verdict == "not_a_candidate" else f" {percent(c.estimate.probability)}"
    text = Text(f"{MARKS[c.verdict]} {c.verdict.replace('_', ' ')}{chance}: ", style=STYLES[c.verdict])
    text.append(c.label, style="not bold default")
    return text


def _published(console: Console, name: str) -> None:
    truth = _raw(name)["truth"]
    sphincters = ", with cauda equina syndrome" if truth["cauda_equina"] else ""
    roots = f"; root {', '.join(truth['roots'])}" if truth["roots"] else ""
    text = Text("Published diagnosis: ", style="bold green")
    text.append(f"{truth['text']} [{truth['level']}{roots}{sphincters}; {truth['urgency']}]", style="default not bold")
    console.print(Padding(text, (1, 0, 0, 0)))


def _floor(console: Console, name: str, a: Assessment) -> None:
    """Say it where the probability misses what a red-flag rule catches."""
    missed = _raw(name)["truth"]["cauda_equina"] and a.cauda_equina.probability < 0.05
    if missed and a.urgency.level == "emergency":
        console.print(
            f"The probability of cauda equina syndrome ({percent(a.cauda_equina.probability)}) misses what was "
            "published; the red-flag rule on retention does not. Rules are a floor that the model cannot lower.",
            style="italic",
        )


def _closing(console: Console) -> None:
    grid = Table.grid(padding=(0, 2))
    for command, words in (
        (".venv/bin/foramen assess examples/slip-l4-l5.yaml", "one of these in full"),
        (".venv/bin/foramen ask", "an interview"),
        ("make serve", "the page, with these cases loaded: open http://127.0.0.1:8000"),
        ("make validate", "scores on all cases"),
        ("make test", "lint, types, tests"),
    ):
        grid.add_row(Text(command, style="bold cyan"), Text(words, style="dim"))
    console.print(heading("Try next"))
    console.print(grid)


if __name__ == "__main__":
    raise SystemExit(main())
