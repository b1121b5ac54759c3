"""The plan on the terminal: steps with options, what to ask and avoid, imaging, and pain over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from foramen.cli.screen import bullets, heading
from foramen.plan.picture import one_each
from foramen.plan.result import CourseAnswer, OptionAnswer, PlanAnswer
from foramen.plan.words import at_weeks, effect_words, main_effect, stance_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from foramen.assessment.notes import Notes

MARKS = {"offered": "●", "needs_care": "◐", "ask_first": "?", "not_useful_now": "○", "blocked": "✕"}
WORDS = {
    "offered": "offered", "needs_care": "with care", "ask_first": "ask first", "not_useful_now": "not now",
    "blocked": "blocked",
}  # fmt: skip
COLOURS = {
    "offered": "green", "needs_care": "yellow", "ask_first": "cyan", "not_useful_now": "dim", "blocked": "bold red",
}  # fmt: skip
PER_STEP, QUESTIONS, AVOID, FEW = 7, 5, 6, 3
IMAGING = {"now": "● now", "consider": "◐ consider", "not_now": "○ not now"}


def plan_parts(plan: PlanAnswer, notes: Notes, full: bool, width: int) -> list[RenderableType]:
    """Everything that is printed of a plan."""
    from rich.text import Text

    stage = plan.stages[0] if len(plan.stages) == 1 else "stage not known: say since when"
    out: list[RenderableType] = [heading("Plan", f"{stage}; each option checked against this person; no doses")]
    out.append(Text(plan.first, style="bold"))
    by_id = {o.treatment: o for o in plan.options}
    for step in plan.steps:
        out += _step(step.title, [by_id[i] for i in step.options], notes, full)
    out += _later(plan)
    out.append(Text("● offered  ◐ with care  ? ask first  ✕ blocked  ○ not now", style="dim"))
    if plan.unmatched:
        lines = [
            f"{u.kind} {u.name!r} is not recognised" + (f"; did you mean {u.nearest!r}?" if u.nearest else "")
            for u in plan.unmatched
        ]
        out += [heading("Not recognised", "medicines are blocked until this is resolved"), bullets(lines, "!")]
    if plan.questions:
        asked = plan.questions if full else plan.questions[:QUESTIONS]
        lines = [f"{q.question} ({_count(len(q.options), 'option waits', 'options wait')} for it)" for q in asked]
        rest = len(plan.questions) - len(asked)
        lines += [f"and {rest} more with --full"] if rest else []
        out += [heading("Before any of it, ask"), bullets(lines, "?", "cyan")]
    if plan.avoid:
        # what evidence alone speaks against may be cut, what this person must not have never is
        evidence = tuple(f": {o.why}" for o in plan.options if o.role == "against")
        barred = sum(not line.endswith(evidence) for line in plan.avoid)
        shown = plan.avoid if full else plan.avoid[: max(AVOID, barred)]
        rest = len(plan.avoid) - len(shown)
        lines = [*shown, *([f"and {rest} more with --full"] if rest else [])]
        out += [heading("Avoid"), bullets(lines, "✕", "bold red")]
    out += _imaging(plan, notes)
    if plan.course:
        out += _course(plan.course, width, notes)
    out += [heading("Come back at once"), Text(plan.safety_net)]
    if full:
        out += _rest(plan.options)
    return out


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _step(title: str, options: Sequence[OptionAnswer], notes: Notes, full: bool) -> list[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    shown = options if full else options[:PER_STEP]
    for o in shown:
        mark = Text(f"{MARKS[o.status]} {WORDS[o.status]}", style=COLOURS[o.status])
        words = Text(o.name, style="bold")
        words.append(f"  {o.why}{notes.of(o.why_sources)}", style="not bold")
        if effect := main_effect(o):
            words.append(f" {effect_words(effect)}{notes.of((effect.source,))}.", style="not bold dim")
        elif o.no_trials and not o.effects:
            words.append(f" {o.no_trials}", style="not bold dim")
        if o.disagreement:
            words.append(f" Guidelines disagree: {stance_words(o)}.", style="not bold dim")
        elif full and o.stances:
            words.append(f" Guidelines: {stance_words(o)}.", style="not bold dim")
        if o.status in ("needs_care", "ask_first"):
            words.append(f" {_shorter(o, full)}", style=f"not bold {COLOURS[o.status]}")
        told = (*o.indications, *o.harms, *o.monitor) if full else o.indications[:1] if o.step == "surgery" else ()
        for text in told:
            words.append(f"\n  {text}", style="not bold dim")
        grid.add_row(mark, words)
    if rest := len(options) - len(shown):
        grid.add_row("", Text(f"and {rest} more with --full", style="dim"))
    return [Text(f"\n{title}", style="bold underline"), grid]


def _later(plan: PlanAnswer) -> list[RenderableType]:
    from rich.text import Text

    out: list[RenderableType] = []
    for step in plan.later:
        told = [(o.name, "only with " + " and ".join(o.needs) if o.needs else o.why) for o in step.options]
        lines = [f"{name}: {words}" for name, words in told]
        out += [Text(f"\n{step.title}", style="bold underline"), bullets([*lines, *step.imaging], "→")]
    return out


def _shorter(o: OptionAnswer, full: bool) -> str:
    """The reason; without ``full`` a long list of what is not known is cut (the questions stand below anyway)."""
    unknown = list(dict.fromkeys(c.name for c in o.cautions if c.state == "unknown"))
    if full or o.status != "ask_first" or len(unknown) <= FEW:
        return o.reason
    head = o.reason.partition("not known: ")[0]
    return f"{head}not known: {', '.join(unknown[:FEW])} and {len(unknown) - FEW} more"


def _imaging(plan: PlanAnswer, notes: Notes) -> list[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    if not plan.imaging:
        return []
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    for i in plan.imaging:
        words = Text(f"{i.name}: {i.modality}", style="bold")
        words.append(f", {i.within}" if i.within and i.advice != "not_now" else "", style="not bold")
        words.append(f". {i.why}", style="not bold")
        words.append(notes.of(i.sources), style="not bold dim")
        grid.add_row(Text(IMAGING[i.advice]), words)
    return [heading("Further imaging", "whether it is indicated now"), grid]


def _course(course: CourseAnswer, width: int, notes: Notes) -> list[RenderableType]:
    """Bars of mean pain by week, one block a curve; the figure stands beside each bar."""
    from rich.table import Table
    from rich.text import Text

    bar = 30 if width < 100 else 50
    out: list[RenderableType] = [heading("Pain over time", f"{course.cause}: means of groups in studies, 0 to 100")]
    for curve in course.curves:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(justify="right", no_wrap=True)
        fill = "█" if curve.treatment == "none" else "▒"
        for p in curve.points:
            cells = round(p.mean / 100 * bar)
            span = f" ({p.low:.0f}–{p.high:.0f})" if p.low is not None and p.high is not None else ""
            line = Text(fill * cells, style="blue" if curve.treatment == "none" else "green")
            line.append("·" * (bar - cells), style="dim")
            grid.add_row(Text(f"week {p.weeks:g}"), line, Text(f"{p.mean:.0f}{span}"))
        recalled = " (partly recalled)" if curve.cited.endswith("recalled") else ""
        out += [Text(f"{curve.name}{recalled}{notes.of(curve.sources)}", style="bold"), grid]
    out.append(Text(f"{course.curves[0].words} {course.curves[0].limits}", style="dim"))
    last = max(p.weeks for c in course.curves for p in c.points)
    if found := one_each(course.differences, last):
        grid = Table.grid(padding=(0, 1))
        grid.add_column(justify="right", no_wrap=True)
        for d in found:
            span = f" ({d.low:g} to {d.high:g})" if d.low is not None and d.high is not None else ""
            words = f"{d.treatment} {at_weeks(d.weeks)} against {d.comparator}{notes.of((d.source,))}"
            grid.add_row(Text(f"{d.value:+g}{span}"), Text(words))
        out += [Text("Differences found in trials (minus: less pain with it)", style="bold"), grid]
    return out


def _rest(options: Sequence[OptionAnswer]) -> list[RenderableType]:
    """All treatments that are in no step, with the reason."""
    others = [o for o in options if o.status in ("not_useful_now", "blocked")]
    lines = [f"{MARKS[o.status]} {o.name}: {o.reason}" for o in others]
    return [heading("All other treatments", "why not now"), bullets(lines, " ")]
