"""Footnotes of an assessment, and its open red-flag questions by topic: what every way of showing one needs."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.assessment.result import Assessment, SourceNote, UrgencyAnswer


class Notes:
    """Footnote numbers: a source gets the next number when it is first referred to."""

    def __init__(self, a: Assessment) -> None:
        self._known: dict[str, SourceNote] = {}
        for source in a.sources:
            self._known |= dict.fromkeys((source.id, *source.figures), source)
        self._numbers: dict[str, int] = {}

    def of(self, ids: Sequence[str], limit: int = 4) -> str:
        """Footnotes such as `` [1,4]``; empty where no source is known."""
        found = self.pairs(ids, limit)
        return f" [{','.join(str(number) for number, _ in found)}]" if found else ""

    def pairs(self, ids: Sequence[str], limit: int = 4) -> list[tuple[int, str]]:
        """(footnote number, what was referred to: a source or one of its figures), a source once, by number."""
        found: dict[int, str] = {}
        taken = 0
        for key in ids:
            if key in self._known and taken < limit:
                number = self._numbers.setdefault(self._known[key].id, len(self._numbers) + 1)
                found.setdefault(number, key)
                taken += 1
        return sorted(found.items())

    def used(self) -> list[tuple[int, SourceNote]]:
        """(number, source) in order of the numbers."""
        return [(number, self._known[name]) for name, number in self._numbers.items()]


def open_questions(urgency: UrgencyAnswer) -> dict[str, list[str]]:
    """Red-flag questions not yet answered, by topic; a question of two topics stands once."""
    topics: dict[str, list[str]] = {}
    seen: set[str] = set()
    for q in urgency.not_yet_asked:
        question = str(q.get("question") or q.get("finding") or "")
        if question not in seen:
            seen.add(question)
            topics.setdefault(str(q.get("topic_name") or ""), []).append(question)
    return topics
