"""Example cases that the page offers: files of a folder, each with its first comment line as its words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from foramen.case import Case
from foramen.records.case_file import read_case


@dataclass(frozen=True, slots=True)
class Example:
    """A published case: ``words`` for the list, ``case`` as read."""

    name: str
    words: str
    case: Case


@lru_cache
def examples(folder: Path | None) -> tuple[Example, ...]:
    """The cases of a folder in order of their names; none without one. Raises ``CaseError`` for a broken file."""
    if folder is None:
        return ()
    found = []
    for path in sorted(folder.glob("*.yaml")):
        found.append(Example(path.stem, words_of(path), read_case(path)))
    return tuple(found)


def words_of(path: Path) -> str:
    """The first line of a case file where it is a comment, else the file's name."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return first.lstrip("# ") if first.startswith("#") else path.stem
