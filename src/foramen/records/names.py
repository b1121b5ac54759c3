"""Free names of medicines and conditions to the small vocabulary; what is not recognised is said, never guessed."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from foramen.knowledge.schema import Knowledge


def words_of(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


_HEAD = re.compile(
    r"^(no|not|none|denies|denied|without|never|negative for|нет|не|без|никогда не|отрицает|отсутствует|отсутствие)\b"
    r"(?! longer| исключ)"
)
_TAIL = re.compile(
    r"\b(?:is|was|were|has been|been)?\s*(?:excluded|ruled out)$"
    r"|\b(?:нет|не было|отрицает|отсутствует|исключ[её]н[аоы]?)$"
)
# of allergies it denies nothing: a skin test that is negative does not make a medicine safe
_NEGATIVE = re.compile(
    r"\b(?:(?:blood |skin )?(?:tests?|screen|screening|serology|antibody|antibodies|status) )?"
    r"(?:is |was |were |has been |came back )?(?:negative|neg|отрицательн\w*)$"
)
_OPEN = re.compile(r"\b(not|cannot|cant|can t|never|yet|to be|unless|until|не исключ\w*)\b")  # it denies nothing
# words that may stand between a denial and what it denies; any other word leaves open what is denied
_FILLERS = words_of(
    "any known history of a an the evidence previous prior past personal had have has on taking"
    " было был была в анамнезе никакой никакого известной известных у меня и"
)
OTHER = "other_known"  # the condition that holds names without a rule
_JOINS = ("or", "nor", "ни", "или")


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
        self.stems: dict[str, str] = {}
        self.longest = 0
        for key, own in names.items():
            self.add(key, (key.replace("_", " "), *own))

    def add(self, key: str, names: Iterable[str]) -> None:
        """Further names of an id; by the stem as well, as Russian words change their endings ("от аспирина")."""
        for name in filter(None, map(plain, names)):
            self.ids.setdefault(name, set()).add(key)
            self.longest = max(self.longest, len(name.split()))
            if _CYRILLIC.search(name):
                self.stems[_stem(name)] = name

    def found(self, text: str) -> dict[str, str]:
        """Ids that a text states, each with the name it was recognised by; the longest phrase at a place wins."""
        return {key: phrase for _, _, phrase, hits in self.phrases(plain(text).split()) for key in sorted(hits)}

    def told(self, text: str) -> tuple[dict[str, str], dict[str, str]]:
        """(stated, denied) ids of a text, each with its name.

        Only what stands directly behind a denial, or directly before "excluded", is denied: "no recurrence of breast
        cancer" and "cancer not excluded" still state a cancer. What is left in doubt counts as stated.
        """
        words = plain(text).split()
        found = self.phrases(words)
        at = denied_until(words, [(start, end) for start, end, _, _ in found])
        stated: dict[str, str] = {}
        denied: dict[str, str] = {}
        for start, _, phrase, hits in found:
            (denied if start in at else stated).update(dict.fromkeys(sorted(hits), phrase))
        return stated, denied

    def phrases(self, words: list[str]) -> list[tuple[int, int, str, set[str]]]:
        """(first word, last word + 1, name, ids) of the names in a text."""
        out = []
        start = 0
        while start < len(words):
            for size in range(min(self.longest, len(words) - start), 0, -1):
                if name := self._name(" ".join(words[start : start + size])):
                    out.append((start, start + size, name, self.ids[name]))
                    start += size
                    break
            else:
                start += 1
        return out

    def _name(self, phrase: str) -> str:
        """The name that a phrase is, in the singular or another case; empty for none."""
        if phrase in self.ids:
            return phrase
        if phrase.endswith("s") and phrase[:-1] in self.ids:
            return phrase[:-1]
        if not _CYRILLIC.search(phrase):
            return ""
        return next((self.stems[stem] for stem in stems(phrase) if stem in self.stems), "")

    def unmatched(self, text: str) -> Unmatched:
        """The text as one not recognised, with the nearest name where one is near."""
        return Unmatched(self.kind, text, nearest(text, self.ids))


def nearest(text: str, names: Iterable[str]) -> str:
    """The name that a text misspells: one slip in four letters, two in eight, three in twelve; else empty.

    What merely shares letters ("Lozap", clozapine) would mislead and is no hint.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    words = [w for w in plain(text)[:80].split() if len(w) > 2 and not any(c.isdigit() for c in w)]
    for tried in dict.fromkeys([" ".join(words), *sorted(words, key=len, reverse=True)[:4]]):
        slips = min(3, len(tried) // 4)
        near = [name for name in names if name[:1] == tried[:1]]  # the first letter is seldom the slip
        if slips and (best := process.extractOne(tried, near, scorer=OSA.distance, score_cutoff=slips)):
            return str(best[0])
    return ""


_kept: dict[tuple[str, str], Vocabulary] = {}


def vocabulary(kind: str, knowledge: Knowledge) -> Vocabulary:
    """The names of conditions or medicines of a knowledge base, kept for the next case."""
    key = (kind, knowledge.version)
    if key not in _kept:
        if len(_kept) > 8:
            _kept.clear()
        plan = knowledge.plan
        names = {x.id: x.names for x in (plan.facts if kind == "condition" else plan.medicines).values()}
        own = Vocabulary(kind, names)
        if kind == "condition" and OTHER in plan.facts:
            own.add(OTHER, (n for fact in plan.facts.values() for n in fact.open_with if plain(n) not in own.ids))
        _kept[key] = own
    return _kept[key]


_CYRILLIC = re.compile("[а-я]")
_NOMINATIVE = re.compile("(?:ая|яя|ый|ий|ой|ое|ее|ия|ие|ые|[аеиоуыэюяьй])$")
_ENDINGS = re.findall(
    r"\w+",
    "ами ями ого его ому ему ыми ими иях иям ией ая яя ую юю ый ий ой ей ое ее ые ие ия ии ию ом ем ам ям ах ях "
    "ов ев ых их а е и о у ы ю я ь й",
)


def plain(text: str) -> str:
    """Lower case, words separated by single spaces, hyphens, accents and punctuation dropped; ё as е."""
    text = unicodedata.normalize("NFC", text).lower().replace("ё", "е")
    text = re.sub("[’'`]", "", text)
    if not text.isascii():
        text = "".join(c if _CYRILLIC.match(c) else _bare(c) for c in text)
    return " ".join(re.findall(r"[^\W_]+", text))


def _bare(letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))


def stems(phrase: str) -> list[str]:
    """What Cyrillic words may be without their endings ("аспирина", "астмой"); three letters stay."""
    each = []
    for w in phrase.split():
        cut = [w[: -len(e)] for e in _ENDINGS if _CYRILLIC.match(w) and w.endswith(e) and len(w) - len(e) >= 3]
        each.append(dict.fromkeys([w, *cut]))
    return [" ".join(words) for words in itertools.islice(itertools.product(*each), 64)]


def _stem(name: str) -> str:
    return " ".join(_NOMINATIVE.sub("", w) if _CYRILLIC.match(w) and len(w) > 3 else w for w in name.split())


_BETWEEN = re.compile(
    r"[,;+\n]|(?<=[a-zа-я]{3})\s*/\s*(?=[a-zа-я]{3})"
    r"|(?<!cold )\band\b(?! flu| sinus)|\bwith\b|\bи\b",
    re.I,
)


def parts(text: str) -> list[str]:
    """The single names in a text such as "ibuprofen and omeprazole; digoxin"."""
    return [p.strip() for p in _BETWEEN.split(text) if p.strip()]


def is_denied(text: str) -> bool:
    """Whether a text begins or ends as a denial ("no diabetes", "cancer ruled out", "HIV negative")."""
    words = plain(text)
    return denied_from_start(text) or denied_at_end(words) or _is_negative(words)


def denied_from_start(text: str) -> bool:
    """Whether a text begins as a denial, which may reach what is listed after it ("no diabetes, cancer")."""
    return bool(_HEAD.match(plain(text)))


def _is_negative(words: str) -> bool:
    return bool(_NEGATIVE.search(words)) and not _OPEN.search(words)


def denied_at_end(words: str) -> bool:
    """Whether plain words end as a denial that is not left open."""
    return bool(_TAIL.search(words)) and not _OPEN.search(words)


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
    elif (tail := _TAIL.search(text) or _NEGATIVE.search(text)) and not _OPEN.search(text) and names:
        before = len(text[: tail.start()].split())
        out = {start for start, end in names if end == before}
    return out
