"""Write a page for every treatment, red-flag rule and imaging advice under docs/, from the knowledge files.

Usage: python scripts/write_knowledge_pages.py
Pages of what no longer exists are removed. A test fails where a page is missing or out of date.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from foramen.cli.treatments import treatment_lines
from foramen.knowledge.loader import load_knowledge
from foramen.knowledge.plan_schema import ImagingAdvice, Treatment
from foramen.knowledge.rule_words import Part, in_words
from foramen.knowledge.schema import Knowledge, RedFlagRule

DOCS = Path(__file__).parent.parent / "docs"
NOTE = "*Written from the knowledge files; change those, not this page.*"


def pages(knowledge: Knowledge) -> dict[str, str]:
    """Text of every page by its path below docs/."""
    out: dict[str, str] = {}
    plan = knowledge.plan
    for t in plan.treatments.values():
        out[f"treatments/{t.id}.md"] = treatment_page(t, knowledge)
    for rule in knowledge.red_flags.values():
        out[f"red-flags/{rule.id}.md"] = rule_page(rule, knowledge)
    for advice in plan.imaging.values():
        out[f"imaging/{advice.id}.md"] = imaging_page(advice, knowledge)
    families: dict[str, list[str]] = {}
    for t in plan.treatments.values():
        families.setdefault(t.family, []).append(f"[{t.name}]({t.id}.md)")
    out["treatments/README.md"] = index("Treatments", families)
    levels: dict[str, list[str]] = {}
    for rule in knowledge.red_flags.values():
        levels.setdefault(rule.urgency, []).append(f"[{rule.name}]({rule.id}.md), {rule.within}")
    out["red-flags/README.md"] = index("Red-flag rules", {k: levels[k] for k in ("emergency", "urgent", "soon")})
    advices: dict[str, list[str]] = {}
    for a in plan.imaging.values():
        advices.setdefault(a.advice.replace("_", " "), []).append(f"[{a.name}]({a.id}.md)")
    out["imaging/README.md"] = index("Imaging advice", advices)
    return out


def index(title: str, groups: Mapping[str, list[str]]) -> str:
    lines = [f"# {title}", "", NOTE]
    for name, links in groups.items():
        lines += ["", f"## {name.capitalize()}", "", *(f"- {link}" for link in sorted(links))]
    return "\n".join(lines) + "\n"


def treatment_page(t: Treatment, knowledge: Knowledge) -> str:
    lines = [f"# {t.name}", "", NOTE, "", t.what, "", f"For the patient: {t.plain}", ""]
    facts = [f"family {t.family}"]
    facts += ["a medicine: blocked while a medicine of the patient is not recognised"] if t.drug else []
    facts += ["blocked until the red-flag questions are answered and clear"] if t.gate else []
    lines.append("; ".join(facts).capitalize() + ".")
    for title, rows in treatment_lines(t, knowledge):
        lines += ["", f"## {title}", "", *(f"- {row}" for row in rows)]
    return "\n".join(lines) + "\n"


def cited(figures: tuple[str, ...], knowledge: Knowledge) -> list[str]:
    lines = []
    for key in figures:
        f = knowledge.figures[key]
        value = "" if f.value is None else f" = {f.value:g}"
        how = "" if f.read else " (recalled, not read)"
        lines.append(f"- {knowledge.sources[f.source].citation}: {f.text}. {f.quantity}{value}{how} (`{key}`)")
    return lines


def rule_page(rule: RedFlagRule, knowledge: Knowledge) -> str:
    lines = [f"# {rule.name}", "", NOTE, "", rule.why, ""]
    lines += ["| | |", "|---|---|", f"| Urgency | {rule.urgency} |", f"| Within | {rule.within} |"]
    lines += [f"| See | {rule.refer_to} |", f"| Meanwhile | {rule.meanwhile} |", f"| Tell the patient | {rule.tell} |"]
    lines += ["", "## When it fires", "", *condition(in_words(rule.when, knowledge))]
    if rule.ask:
        lines += ["", "## Questions", ""]
        lines += [f"- {knowledge.findings[f].question or knowledge.findings[f].name}" for f in rule.ask]
    return "\n".join([*lines, "", "## Sources", "", *cited(rule.sources, knowledge)]) + "\n"


def condition(part: Part, depth: int = 0) -> list[str]:
    """A rule's condition as a nested list."""
    inner = [line for p in part.parts for line in condition(p, depth + 1)]
    return [f"{'  ' * depth}- {part.words}{':' if inner else ''}", *inner]


def _study(study: tuple[str, str]) -> str:
    modality, region = study
    return f"{modality} {region.replace('_', ' ')}"


def imaging_page(a: ImagingAdvice, knowledge: Knowledge) -> str:
    when = [f"rule [{knowledge.red_flags[r].name}](../red-flags/{r}.md) fires" for r in a.rules]
    if a.causes:
        names = ", ".join(sorted(knowledge.causes[c].name for c in a.causes))
        when.append(f"probability of {names} together at least {a.at_least:.0%}")
    when.append(f"stage {', '.join(a.stages)}")
    named = {**knowledge.findings, **knowledge.composites}
    when += [f"stated: {named[name].name}" for name in a.stated]
    when += ["no urgent warning sign"] if a.no_red_flag else []
    when += [f"not with: {named[name].name}" for name in a.not_with]
    when += [need.replace("_", " ") for need in a.needs]
    when += [f"only considered again after a complete study: {', '.join(map(_study, a.seen_on))}"] if a.seen_on else []
    lines = [f"# {a.name}", "", NOTE, "", f"{a.advice.replace('_', ' ').capitalize()}: {a.modality}. {a.within}", ""]
    lines += [a.why, "", "## When", "", *(f"- {w}" for w in when)]
    return "\n".join([*lines, "", "## Sources", "", *cited(a.sources, knowledge)]) + "\n"


def main() -> None:
    wanted = pages(load_knowledge())
    for folder in ("treatments", "red-flags", "imaging"):
        (DOCS / folder).mkdir(exist_ok=True)
        for path in (DOCS / folder).glob("*.md"):
            if f"{folder}/{path.name}" not in wanted:
                path.unlink()
    for name, text in wanted.items():
        (DOCS / name).write_text(text, encoding="utf-8")
    print(f"{len(wanted)} pages")


if __name__ == "__main__":
    main()
