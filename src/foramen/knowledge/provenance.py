"""Where the numbers of the knowledge come from: read, recalled, derived, assumed; by area."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from foramen.knowledge.numbers import Number
from foramen.knowledge.schema import Knowledge

KINDS = ("read", "recalled", "derived", "assumption")
MAIN_CAUSES = (
    "disc_herniation", "disc_degeneration", "degenerative_spondylolisthesis", "isthmic_spondylolisthesis",
    "spondylosis_osteophyte", "central_stenosis", "lateral_recess_stenosis",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shares:
    """How many numbers of an area come from where.

    ``anchored``: of the assumptions, those whose reason names the cited figure they were set to meet.
    """

    area: str
    counts: tuple[int, int, int, int]
    anchored: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts)


def shares(knowledge: Knowledge) -> list[tuple[str, list[Shares]]]:
    """(title, rows) of each table: overall, by area, and for what the answers rest on most."""
    numbers = list({id(n): n for n in knowledge.numbers}.values())
    count = partial(_count, figures=frozenset(knowledge.figures))
    areas = sorted({_area(n.where) for n in numbers})
    by_area = [count(area, [n for n in numbers if _area(n.where) == area]) for area in areas]
    groups = {g for c in MAIN_CAUSES for g in knowledge.causes[c].groups if c in knowledge.causes}
    wanted = {*MAIN_CAUSES, *(f"@{g}" for g in groups)}
    likelihoods = [n for n in numbers if _given(n.where) in wanted]
    examination = {f.id for f in knowledge.findings.values() if f.category == "examination"}
    rows = [count("all seven, with their groups", likelihoods)]
    for cause in MAIN_CAUSES:
        rows.append(count(cause, [n for n in likelihoods if _given(n.where) == cause]))
    rows.append(count("shared by a group", [n for n in likelihoods if _given(n.where).startswith("@")]))
    signs = [n for n in numbers if n.where.startswith("findings/examination/")]
    roots = [n for n in numbers if n.where.startswith("anatomy/") and n.where.rpartition("/")[2] in examination]
    return [
        ("All numbers", [count("all", numbers)]),
        ("By area", by_area),
        ("P(finding | cause) of the main causes", [r for r in rows if r.total]),
        ("Examination findings", [count("all", signs), count("given a root's state", roots)]),
    ]


def _count(area: str, numbers: Iterable[Number], figures: frozenset[str]) -> Shares:
    chosen = list(numbers)
    kinds = [n.provenance for n in chosen]
    read, recalled, derived, assumed = (kinds.count(kind) for kind in KINDS)
    named = sum(n.provenance == "assumption" and not figures.isdisjoint(_words(n.reason)) for n in chosen)
    return Shares(area, (read, recalled, derived, assumed), named)


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]\w+", text)


def _area(where: str) -> str:
    parts = where.split("/")
    if parts[0] == "findings" and len(parts) > 2 and not parts[1].endswith(".yaml"):
        return f"findings: {parts[1].replace('_', ' ')}"
    if parts[0] == "findings":
        return f"findings: {parts[1].removesuffix('.yaml')}"
    return parts[0].removesuffix(".yaml")


def _given(where: str) -> str:
    """The cause (without zone) or ``@group`` of a number of the form findings/…/given/cause; else empty."""
    head, found, tail = where.partition("/given/")
    return tail.split("/")[0] if found and head.startswith("findings/") else ""
