"""``foramen findings``: every finding a case can name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foramen.cli.screen import closing, heading, print_json, screen, working
from foramen.errors import CaseError, nearest_match

if TYPE_CHECKING:
    from foramen.knowledge.schema import Knowledge

SHORT = 12  # rows of a list that still shows how each finding is examined or what its states mean


def command(
    text: Annotated[
        str | None, typer.Argument(help="Only those with this in id, name or question, or called so.")
    ] = None,
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the findings: id, states, place, and the question to ask."""
    with working("Reading the knowledge"):
        from foramen.knowledge.catalogue import catalogue
        from foramen.knowledge.loader import load_knowledge
        from foramen.knowledge.search import findings_called

        knowledge = load_knowledge()
        called = findings_called(text or "", knowledge)
    rows = chosen(catalogue(knowledge), text, category, called, _elsewhere(text or "", knowledge))
    if json:
        print_json(rows)
        return
    _print(rows, knowledge.version)


def _elsewhere(text: str, knowledge: Knowledge) -> str:
    """What to do with a word that names no finding."""
    from foramen.knowledge.search import belongs_to
    from foramen.records.state_words import ABNORMAL_WORDS, NORMAL_WORDS

    word = text.strip().lower().replace(" ", "_")
    if word in (*NORMAL_WORDS, *ABNORMAL_WORDS):
        return "It is a state that most findings take: the normal one, or any that is not."
    if of := next((f.id for f in knowledge.findings.values() if word in (*f.states, *f.words)), ""):
        return f"It is a state, as of {of}."
    return belongs_to(text, knowledge)


def chosen(
    rows: Sequence[dict[str, Any]], text: str | None, category: str | None, called: Sequence[str] = (), cure: str = ""
) -> list[dict[str, Any]]:
    """The rows asked for, with those that are ``called`` so in other words.

    Raises ``CaseError`` where nothing fits, with the nearest match or with ``cure``.
    """
    categories = sorted({r["category"] for r in rows})
    if category and category not in categories:
        near = nearest_match(category, categories)
        raise CaseError("no such category", field="--category", given=category, allowed=categories, nearest=near)
    found = [r for r in rows if not category or r["category"] == category]
    if not text:
        return found
    words = text.lower()
    hits = [r for r in found if r["id"] in called or any(words in r[key].lower() for key in ("id", "name", "question"))]
    if not hits:
        near = None if cure else nearest_match(text, [r["id"] for r in rows])
        raise CaseError("no finding has this in its id, name or question", given=text, nearest=near, cure=cure)
    return hits


def _print(rows: Sequence[dict[str, Any]], version: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from foramen.knowledge.catalogue import PLACES

    console = screen()
    category = None
    for row in rows:
        if row["category"] != category:
            category = row["category"]
            count = sum(r["category"] == category for r in rows)
            console.print(heading(category.replace("_", " "), str(count)))
        line = Text(row["id"], style="bold cyan")
        if place := PLACES[row["site"]]:
            line.append(f"  by {place}", style="yellow")
        line.append(f"  {row['name']}", style="not bold default")
        console.print(line)
        if row["any_of"]:
            details = Text(" | ".join(row["states"]), style="green")
            details.append("  any of: " + ", ".join(row["any_of"]), style="dim")
        else:
            details = Text(" | ".join(row["states"]), style="green")
            if row["question"]:
                details.append(f"  {row['question']}", style="dim")
            if row["how"] and len(rows) <= SHORT:
                details.append(f"  {row['how']}", style="dim italic")
            if row["words"] and len(rows) <= SHORT:
                details.append("  also: " + ", ".join(row["words"]), style="dim")
        console.print(Padding(details, (0, 0, 0, 4)))
    console.print()
    console.print(closing(version, disclaimer=False, more=f" · {len(rows)} findings"))
