"""What was read from a report: plain frozen types, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from foramen.values import plain_data

CERTAINTIES = ("affirmed", "negated", "uncertain", "historical", "postoperative")


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """One finding at one place. ``span`` are the first and last + 1 character of the words it was taken from."""

    type: str
    level: str | None
    side: str | None
    severity: str | None
    present: bool
    certainty: str
    zone: str | None
    grade: str | None
    millimetres: float | None
    span: tuple[int, int]
    text: str


# of the report format, with what says more of the same words: an epidural abscess is "infection" and no infected disc
SAID_BETTER = {"infection": ("epidural_collection", "psoas_collection"), "tumour": ("intradural_mass", "canal_mass")}


@dataclass(frozen=True, slots=True)
class PartlyUnderstood:
    """A sentence that yielded findings and holds ``words`` that no rule took up. ``span`` as in ``ReportFinding``."""

    span: tuple[int, int]
    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadReport:
    """All that was understood. ``also``: what the report format has no type for (a root touched, the cord pressed, the
    level of the conus). ``not_understood`` are sentences (span, text) that yielded nothing,
    ``partly_understood`` those with words beside what was read.

    ``problems`` speak of the whole report: no spine report, two studies in one, cut-off text.
    """

    findings: tuple[ReportFinding, ...]
    also: tuple[ReportFinding, ...]
    not_understood: tuple[tuple[int, int, str], ...]
    problems: tuple[str, ...]
    modality: str | None
    complete: bool
    partly_understood: tuple[PartlyUnderstood, ...] = ()

    def answered(self, one: ReportFinding, present: bool) -> ReadReport:
        """The report with what the same words say, of which it was not sure, confirmed or denied."""
        said = {"present": present, "certainty": "affirmed" if present else "negated"}

        def settled(f: ReportFinding) -> ReportFinding:
            same = f.span == one.span and (f.level == one.level or f.level is None) and f.certainty == "uncertain"
            return replace(f, **said) if same else f  # type: ignore[arg-type]

        return replace(
            self, findings=tuple(settled(f) for f in self.findings), also=tuple(settled(f) for f in self.also)
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data as JSON has it, lists for tuples."""
        found: dict[str, Any] = plain_data(self)
        return found
