"""The rules a report is read by, from the data files beside this module, compiled once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

SHORTEST_CORRECTED = 4  # letters; shorter words are taken as they are
SHORTEST_TOLD = 3  # letters; what is shorter is no word of a disease
CLOSE = 82.0  # of 100, RapidFuzz ratio: two wrong letters in ten


@dataclass(frozen=True, slots=True)
class Concept:
    """What a sequence of words stands for: ``kind`` is findings or structures."""

    kind: str
    type: str


class Rules:
    """Words and concepts, compiled."""

    def __init__(self, words: dict[str, Any], concepts: dict[str, Any]) -> None:
        self.lemma = {form.lower(): lemma for lemma, forms in words["forms"].items() for form in forms}
        self.expand = {short: tuple(long) for short, long in words["expand"].items()}
        self.plain = frozenset(words["plain"])
        self.normal = {part: frozenset(own) for part, own in words["normal"].items()}
        self.quiet = frozenset(w for part in words["quiet"].values() for w in part)
        self._long_quiet = sorted(w for w in self.quiet if len(w) >= SHORTEST_CORRECTED)
        self._long = sorted({w for w in (*self.lemma, *self.plain) if len(w) >= SHORTEST_CORRECTED})
        self.patterns = [
            (Concept(kind, name), re.compile(r"(?<!\S)(?:" + pattern + r")(?!\S)"))
            for kind in ("findings", "structures")
            for name, patterns in concepts[kind].items()
            for pattern in patterns
        ]
        self._corrected: dict[str, str] = {}
        self._quiet_misspelt: dict[str, bool] = {}

    def word(self, text: str) -> str:
        """What a word stands for: its lemma, that of the closest form, or the word itself."""
        text = text.removesuffix("'s")
        if text in self.lemma:
            return self.lemma[text]
        if text in self.plain or len(text) < SHORTEST_CORRECTED or not text.isalpha():
            return text
        if text not in self._corrected:
            if len(self._corrected) > 20_000:
                self._corrected.clear()
            self._corrected[text] = self._closest(text)
        return self._corrected[text]

    def is_quiet(self, text: str) -> bool:
        """Whether a word says nothing by itself; a misspelling of such a word does not, either."""
        if text in self.quiet or len(text) < SHORTEST_TOLD or not text.isalpha():
            return True
        if text in self.plain or text in self.lemma or len(text) < SHORTEST_CORRECTED:
            return False
        if text not in self._quiet_misspelt:
            if len(self._quiet_misspelt) > 20_000:
                self._quiet_misspelt.clear()
            self._quiet_misspelt[text] = _nearest(text, self._long_quiet) is not None
        return self._quiet_misspelt[text]

    def _closest(self, text: str) -> str:
        best = _nearest(text, self._long)
        return text if best is None else self.lemma.get(best, best)


def _nearest(text: str, words: Sequence[str]) -> str | None:
    """The word closest to a misspelt one, if one that begins alike is close enough."""
    from rapidfuzz import fuzz, process

    best = process.extractOne(text, words, scorer=fuzz.ratio, score_cutoff=CLOSE)
    return None if best is None or best[0][0] != text[0] else str(best[0])


@lru_cache(maxsize=1)
def default_rules() -> Rules:
    """The rules shipped with this package."""
    import yaml

    folder = resources.files("foramen.records.reports") / "rules"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    words, concepts = (
        yaml.load((folder / name).read_text(encoding="utf-8"), Loader=loader)
        for name in ("words.yaml", "concepts.yaml")
    )
    return Rules(words, concepts)
