"""A pasted report for the page: what was read, where in the text, and what has to be confirmed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from foramen.case import Case
from foramen.records.reports import ReadReport, ReportFinding, read_report, with_report
from foramen.records.reports.to_case import left_out

LONGEST = 100_000  # characters of a report
ORDER = ("lost", "negated", "historical", "postoperative", "affirmed", "uncertain")  # later ones lie on top


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the report: how it was read (empty: not part of any finding) and as what."""

    text: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A finding the report is not sure of: its form field, words, and the answer so far (yes, no or empty)."""

    field: str
    words: str
    answer: str


@dataclass(frozen=True, slots=True)
class ShownReport:
    """A report as it was read: highlighted text, findings in words, doubts, notes and problems."""

    pieces: tuple[Piece, ...]
    found: tuple[tuple[str, str], ...]
    doubts: tuple[Doubt, ...]
    lost: tuple[str, ...]
    partly: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    problems: tuple[str, ...]
    complete: bool


def add_report(case: Case, text: str, answer: Callable[[str], str]) -> tuple[Case, ShownReport | None]:
    """The case with a report's findings, and the report to show; ``answer`` gives a doubt's answer by its field.

    A text longer than ``LONGEST`` is read up to there, and the report says so.
    """
    if not text.strip():
        return case, None
    read = read_report(text[:LONGEST])
    cut = ("The text is too long; only its beginning was read.",) if len(text) > LONGEST else ()
    doubts: list[Doubt] = []
    settled = read
    for f in read.findings:
        if f.certainty == "uncertain":
            name = _field(f)
            said = answer(name)
            if name not in [d.field for d in doubts]:
                doubts.append(Doubt(name, _words(f), said))
            if said in ("yes", "no"):
                settled = settled.answered(f, said == "yes")
    shown = ShownReport(
        pieces=tuple(_pieces(text[:LONGEST], read)),
        found=tuple(dict.fromkeys((_words(f), _kind(f)) for f in (*read.findings, *read.also))),
        doubts=tuple(doubts),
        lost=tuple(words for _, _, words in read.not_understood),
        partly=tuple((p.text, ", ".join(p.words)) for p in read.partly_understood),
        notes=tuple(left_out((*settled.findings, *settled.also))),
        problems=(*cut, *read.problems),
        complete=read.complete,
    )
    return with_report(case, settled), shown


def _field(f: ReportFinding) -> str:
    return f"u.{f.type}.{f.level or ''}.{f.side or ''}"


def _kind(f: ReportFinding) -> str:
    return f.certainty if f.certainty != "affirmed" or f.present else "negated"


def _words(f: ReportFinding) -> str:
    millimetres = f"{f.millimetres:g} mm" if f.millimetres else ""
    parts = (f.severity, f.type.replace("_", " "), f.zone, f.side, f.level, f.grade and f"grade {f.grade}", millimetres)
    return " ".join(str(p) for p in parts if p)


def _pieces(text: str, read: ReadReport) -> list[Piece]:
    """The text cut where readings begin and end; where they overlap the most telling one shows."""
    marks = [(f.span, _kind(f), _words(f)) for f in (*read.findings, *read.also)]
    marks += [((a, b), "lost", "not understood") for a, b, _ in read.not_understood]
    edges = sorted({0, len(text), *(edge for span, _, _ in marks for edge in span)})
    out = []
    for start, end in pairwise(edges):
        over = [(kind, words) for (a, b), kind, words in marks if a <= start and end <= b]
        kind = max((k for k, _ in over), key=ORDER.index, default="")
        words = "; ".join(dict.fromkeys(w if k == "affirmed" else f"{k}: {w}" for k, w in over))
        out.append(Piece(text[start:end], kind, words))
    return out
