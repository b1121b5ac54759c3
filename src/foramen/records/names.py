"""Free names of medicines and conditions to the small vocabulary; what is not recognised is said, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from foramen.knowledge.schema import Knowledge

_HEAD = re.compile(r"^(no|not|none|denies|denied|without|never|negative for)\b(?! longer)")
_TAIL = re.compile(r"\b(?:is|was|were|has been|been)?\s*(?:excluded|ruled out)$")
_OPEN = re.compile(r"\b(not|cannot|cant|can t|never|yet|to be|unless|until)\b")  # "not excluded" denies nothing
# words that may stand between a denial and what it denies; any other word leaves open what is denied
_FILLERS = frozenset(
    [
        "any",
        "known",
        "history",
        "of",
        "a",
        "an",
        "the",
        "evidence",
        "previous",
        "prior",
        "past",
        "personal",
        "had",
        "have",
        "has",
        "on",
        "taking",
    ]
)
_JOINS = ("or", "nor")


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A name that the vocabulary does not hold, with the nearest one that it does."""

    kind: str
    name: str
    nearest: str


class Vocabulary:
    """Names by id; a text states an id if one of its names stands in it as a whole phrase."""

    def __init__(self, kind: str, names: Mapping[str, Iterable[str]]) -> None:
        self.kind = kind
        self.ids: dict[str, set[str]] = {}
        for key, own in names.items():
            for name in (key.replace("_", " "), *own):
                self.ids.setdefault(plain(name), set()).add(key)
        self.longest = max((len(name.split()) for name in self.ids), default=0)

    def found(self, text: str) -> dict[str, str]:
        """Ids that a text states, each with the name it was recognised by; the longest phrase at a place wins."""
        return {key: phrase for _, _, phrase, hits in self._phrases(plain(text).split()) for key in sorted(hits)}

    def told(self, text: str) -> tuple[dict[str, str], dict[str, str]]:
        """(stated, denied) ids of a text, each with its name.

        Only what stands directly behind a denial, or directly before "excluded", is denied: "no recurrence of breast
        cancer" and "cancer not excluded" still state a cancer. What is left in doubt counts as stated.
        """
        words = plain(text).split()
        found = self._phrases(words)
        at = denied_until(words, [(start, end) for start, end, _, _ in found])
        stated: dict[str, str] = {}
        denied: dict[str, str] = {}
        for start, _, phrase, hits in found:
            (denied if start in at else stated).update(dict.fromkeys(sorted(hits), phrase))
        return stated, denied

    def _phrases(self, words: list[str]) -> list[tuple[int, int, str, set[str]]]:
        """(first word, last word + 1, phrase, ids) of the names in a text."""
        out = []
        start = 0
        while start < len(words):
            for size in range(min(self.longest, len(words) - start), 0, -1):
                phrase = " ".join(words[start : start + size])
                hits = self.ids.get(phrase) or (self.ids.get(phrase[:-1]) if phrase.endswith("s") else None)
                if hits:
                    out.append((start, start + size, phrase, hits))
                    start += size
                    break
            else:
                start += 1
        return out

    def unmatched(self, text: str) -> Unmatched:
        """The text as one not recognised, with the nearest name."""
        from rapidfuzz import fuzz, process

        best = process.extractOne(plain(text)[:80], list(self.ids), scorer=fuzz.WRatio, score_cutoff=70)
        return Unmatched(self.kind, text, best[0] if best else "")


_kept: dict[tuple[str, str], Vocabulary] = {}


def vocabulary(kind: str, knowledge: Knowledge) -> Vocabulary:
    """The names of conditions or medicines of a knowledge base, kept for the next case."""
    key = (kind, knowledge.version)
    if key not in _kept:
        if len(_kept) > 8:
            _kept.clear()
        plan = knowledge.plan
        names = {x.id: x.names for x in (plan.facts if kind == "condition" else plan.medicines).values()}
        _kept[key] = Vocabulary(kind, names)
    return _kept[key]


def plain(text: str) -> str:
    """Lower case, words separated by single spaces, hyphens and punctuation dropped."""
    return " ".join(re.findall(r"[^\W_]+", text.lower().replace("'", "")))


def parts(text: str) -> list[str]:
    """The single names in a text such as "ibuprofen and omeprazole; digoxin"."""
    return [
        p.strip() for p in re.split(r"[,;+\n]|(?<=[a-z]{3})\s*/\s*(?=[a-z]{3})|\band\b|\bwith\b", text) if p.strip()
    ]


def is_denied(text: str) -> bool:
    """Whether a text begins or ends as a denial ("no diabetes", "cancer ruled out")."""
    words = plain(text)
    return bool(_HEAD.match(words)) or (bool(_TAIL.search(words)) and not _OPEN.search(words))


def denied_until(words: list[str], names: list[tuple[int, int]]) -> set[int]:
    """First words of the names that a text denies."""
    text = " ".join(words)
    out: set[int] = set()
    if head := _HEAD.match(text):
        at = len(head[0].split())
        for start, end in names:
            if all(w in _FILLERS or (out and w in _JOINS) for w in words[at:start]):
                out.add(start)
                at = end
            else:
                break
    elif (tail := _TAIL.search(text)) and not _OPEN.search(text) and names:
        before = len(text[: tail.start()].split())
        out = {start for start, end in names if end == before}
    return out
