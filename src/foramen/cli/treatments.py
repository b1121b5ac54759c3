"""``foramen treatments``: every treatment with effects, guideline stances, harms and contraindications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from foramen.cli.screen import bullets, closing, heading, print_json, screen, working
from foramen.errors import CaseError, nearest_match

if TYPE_CHECKING:
    from foramen.knowledge.plan_schema import Treatment, Use
    from foramen.knowledge.schema import Knowledge


def command(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A treatment, by id or name.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the treatments, or show one with its evidence and what it is checked against."""
    with working("Reading the knowledge"):
        from foramen.knowledge.loader import load_knowledge

        knowledge = load_knowledge()
    chosen = list(knowledge.plan.treatments.values()) if id is None else [_named(id, knowledge)]
    if json:
        from foramen.knowledge.catalogue import treatment_row

        plain = [treatment_row(t) for t in chosen]
        print_json(plain if id is None else plain[0])
    elif id is None:
        _print_all(chosen, knowledge.version)
    else:
        _print_one(chosen[0], knowledge)


def _named(given: str, knowledge: Knowledge) -> Treatment:
    names = {n.lower(): t for t in knowledge.plan.treatments.values() for n in (*t.names, t.name, t.id)}
    if (key := given.strip().lower()) in names:
        return names[key]
    near = nearest_match(key, names)
    raise CaseError("no such treatment", given=given, nearest=near, cure="`foramen treatments` lists them.")


def _print_all(treatments: Sequence[Treatment], version: str) -> None:
    from rich.table import Table
    from rich.text import Text

    console = screen()
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("treatment", "family", "effects", "guidelines", "checks"):
        grid.add_column(name, justify="right" if name in ("effects", "guidelines", "checks") else "left")
    for t in sorted(treatments, key=lambda t: (t.family, t.id)):
        words = Text(t.name)
        words.append(f"  {t.id}", style="dim")
        counts = (len(t.effects), len(t.stances), len(t.contraindications))
        grid.add_row(words, t.family, *(str(n) if n else "none" for n in counts))
    console.print(grid)
    console.print()
    console.print(closing(version, disclaimer=False, more=f" · {len(treatments)} treatments"))


def _print_one(t: Treatment, knowledge: Knowledge) -> None:
    from rich.text import Text

    console = screen()
    console.print(Text(t.name, style="bold"))
    console.print(Text(f"{t.id} · {t.family}", style="dim"))
    console.print(Text(t.what))
    for title, lines in treatment_lines(t, knowledge):
        console.print(heading(title))
        console.print(bullets(lines))
    console.print()
    console.print(closing(knowledge.version))


def treatment_lines(t: Treatment, knowledge: Knowledge) -> list[tuple[str, list[str]]]:
    """Everything a treatment's file says, as titled lists with the source behind each line."""

    def cite(figure: str) -> str:
        if not figure:
            return ""
        f = knowledge.figures[figure]
        return f" [{knowledge.sources[f.source].citation}{'' if f.read else ', recalled'}]"

    rows = [(u, t.reached(i)) for i, u in enumerate(t.use)]
    every = len(knowledge.causes)

    def whom(u: Use, own: frozenset[str]) -> str:
        names = ", ".join(sorted(knowledge.causes[c].name for c in own))
        has = " or ".join(knowledge.plan.facts[f].name for f in u.if_present)
        told = "any cause" if len(u.causes) == every else names
        return f"{told}; only where there is {has}" if has else told

    out = [
        (
            "For whom",
            [
                f"{u.role}, {u.step.replace('_', ' ')}, {'/'.join(u.stages)}: {u.why} ({whom(u, own)})"
                for u, own in rows
                if own
            ],
        )
    ]
    effects = []
    for e in t.effects:
        ci = f" ({e.figure.ci[0]:g} to {e.figure.ci[1]:g})" if e.figure.ci else ""
        value = "" if e.figure.value is None or e.scale == "words" else f" {e.figure.value:g}{ci}"
        when = "" if e.weeks is None else f" at {e.weeks:g} weeks"
        scale = e.scale.replace("_", " ")
        effects.append(
            f"{e.outcome.replace('_', ' ')}, {e.population.replace('_', ' ')}{when} against {e.comparator}: "
            f"{scale}{value}; certainty {e.certainty.replace('_', ' ')}. {e.words}{cite(e.figure.id)}"
        )
    out.append(("Effects", [*effects, *([t.no_trials] if t.no_trials else [])] or ["not a treatment to be tried"]))
    stances = [
        f"{knowledge.plan.guidelines[s.guideline].name} ({knowledge.plan.guidelines[s.guideline].year}), "
        f"{s.about.replace('_', ' ')}, {'/'.join(s.stages)}: {s.stance.replace('_', ' ')}. {s.words}{cite(s.figure)}"
        for s in t.stances
    ]
    out.append(("Guidelines", stances or ["none that was found speaks of it"]))
    out.append(("Harms", [h.words + cite(h.figure) for h in t.harms] or ["none known"]))
    checks = [
        f"{c.effect}: {knowledge.plan.words(c, knowledge.findings)}. {c.why}"
        + (cite(c.figure) or f" [assumption: {c.assumption}]")
        for c in t.contraindications
    ]
    out.append(("Checked against", checks or ["nothing"]))
    out.append(("Watch", list(t.monitor)))
    out.append(("Indications", [f"{i.when} {i.timing}{cite(i.figure)}" for i in t.indications]))
    out.append(("Popular practice", [t.lacking] if t.lacking else []))
    return [(title, lines) for title, lines in out if lines]
