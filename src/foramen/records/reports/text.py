"""A report in sentences: sections that hold no findings left out, headings that name levels kept with what follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from foramen.records.reports import levels

_ODD = {ord(c): r for c, r in zip("–—−‐‑’‘“”•●·\u00a0\t", "-----''\"\"---  ", strict=True)}
_SKIPPED = re.compile(
    r"^\W*(?:clinical|history|indications?|reason|technique|comparison|protocol|exam(?:ination)?|procedure|sequences"
    r"|referr|patient|date|recommend|advi[sc]e|signed|dictated|electronically)\b[^:\n]{0,40}:",
    re.IGNORECASE,
)
_READ = re.compile(
    r"^\W*(?:findings?|impression|conclusion|opinion|report|summary|interpretation|result|comment|nb|alignment"
    r"|vertebra\w*|bones?|bone marrow|marrow|conus\w*|cord|discs?|disc levels?|level by level|soft tissues?"
    r"|paraspinal\w*|other|degenerative\w*|levels?)\b[^:\n]{0,30}:",
    re.IGNORECASE,
)
_LUMBAR = re.compile(r"\b(?:lss|lumbar|lumbo-?sacral|l\.? ?spine|ls spine|l/s)\b", re.I)
_ELSEWHERE = re.compile(
    r"^\W*(?:(?:mri|ct|mr|x-?ray)\b[^\n]{0,15})?\b(?:rt|lt|right|left|both)?\s*"
    r"(?:c[- ]?spine|cervical|knee|shoulder|ankle|wrist|hip|brain|head|neck|foot|elbow)\b[^\n.]{0,30}$",
    re.I,
)
_CONTINUES = re.compile(
    r"^\W*(?:(?:mild|moderate|severe|significant|large|slight|minimal|marked)(?:ly)?\s+)?"
    r"(?:compress|encroach|abut|indent|effac|narrow|imping|displac|causing|with\b|and\b|it\b|this\b|these\b"
    r"|both\b.{0,20}compress|associated|extend|which|resulting|leading|as well)",
    re.I,
)  # fmt: skip
# a heading in the midst of a line, as in reports pasted as one paragraph
_INLINE = re.compile(
    r"(?<=[.;?!])[ \t](?=(?:findings?|impression|conclusion|opinion|report|technique|comparison)\s*:)", re.I
)
# what another study did not show is no denial of what this one does: "fracture of L1, not seen on the plain film"
_ON_ANOTHER = re.compile(
    r",?[ ](?:(?:which|that|and)[ ])?(?:(?:was|were|is|are)[ ])?not[ ](?:clearly[ ])?"
    r"(?:seen|visible|present|evident|identified|demonstrated|shown|noted|there)[ ](?:on|in|at)[ ](?:the[ ])?"
    r"(?:(?:plain|previous|prior|earlier|initial|last|recent|old)\b[^.;,\n]*|(?:19|20)\d\d\b|radiographs?\b|x-?rays?\b|films?\b)"
    r"|,?[ ](?:(?:which|that|and)[ ])?(?:(?:was|were)[ ])?not[ ](?:"
    r"(?:previously|formerly)[ ](?:seen|visible|present|described|noted|there)"
    r"|(?:seen|visible|present|described|noted|there)[ ](?:previously|before|formerly))\b",
    re.I,
)  # fmt: skip
_HERE = re.compile(r"\b(?:this|same|that) (?:level|disc|space)\b", re.I)
_LEADS = re.compile(r"^\W*at (?:the )?(?:level )?(?:of )?[LTDS]\s?\d", re.I)
_SHORT = re.compile(r"\b(?:mod|sev|bilat|lat|approx|gr|lt|rt)$", re.I)
_TITLED = re.compile(r"^\W*(?:mri?|ct|x-?rays?|report|findings?|impression|conclusion)\b[^:\n]{0,40}:\s*", re.I)
_END = re.compile(
    r"(?<=[A-Za-z\])\d%])\s*[.;](?=\s|$|-|[A-Z])|\.{2,}|/{2,}|(?<=\s)\.(?=\s|[A-Za-z])"
    r"|(?<=[A-Za-z]\?)\s+(?=[A-Z])",  # a question, and what answers it
    re.M,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Text with its place in the report. ``heading``: levels of the heading it stands under.

    ``same_line``: the heading stands on the same line. ``continues``: it goes on with what the one before said.
    """

    start: int
    text: str
    heading: tuple[str, ...]
    same_line: bool
    continues: bool


def clean(text: str) -> str:
    """The same number of characters, odd ones replaced by plain ones."""
    plain = _INLINE.sub("\n", text.translate(_ODD))
    plain = _ON_ANOTHER.sub(lambda found: " " * len(found[0]), plain)
    return "".join(c if c.isprintable() or c == "\n" else " " for c in plain)


def sentences(text: str) -> Iterator[Sentence]:
    """Sentences that may hold findings. Sections of history, technique and other regions are left out."""
    heading: tuple[str, ...] = ()
    skip = alone = False
    for start, line in _lines(text):
        if not line.strip():
            skip = skip and alone
            continue
        alone = False
        if _SKIPPED.match(line) and not _LUMBAR.search(line.partition(":")[2]):
            skip, alone = True, not line.partition(":")[2].strip()
            if not alone:  # what the heading announces stands on its own line
                skip = False
                continue
        elif _READ.match(line) or _leading(line)[0]:
            skip = False
        if _ELSEWHERE.match(line) and not _LUMBAR.search(line):
            skip, heading = True, ()
        elif _LUMBAR.search(line) and len(line) < 60:
            skip, heading = skip and bool(_SKIPPED.match(line)), ()
        if skip:
            continue
        names, used = _leading(line)
        if names:
            heading = names
        elif _READ.match(line):
            heading = ()
        own = bool(names)
        leads = False
        for at, whole in _pieces(line[used:]):
            # a level that leads a sentence in the midst of a line is a heading, too
            title = _TITLED.match(whole) if not names else None
            before = title.end() if title else 0
            inner, skipped = _leading(whole[before:]) if at or title else ((), 0)
            if inner:
                heading, own = inner, True
                at, piece = at + before + skipped, whole[before + skipped :]
                leads = False
            else:
                piece = whole
            goes_on = at > 0 and line[used:][:at].rstrip().endswith(";")
            continues = bool(_CONTINUES.match(piece)) or leads or goes_on or bool(_HERE.search(piece))
            leads = leads or bool(_LEADS.match(piece))
            yield Sentence(start + used + at, piece, heading, own, continues)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their start; one that goes on with the line before is joined to it."""
    at, held = 0, None
    for raw in text.split("\n"):
        line = raw[:4000]
        if held is not None and _CONTINUES.match(line) and not held[1].rstrip().endswith((".", ";")):
            gap = at - held[0] - len(held[1])
            held = (held[0], held[1] + " " * gap + line)
        else:
            if held is not None:
                yield held
            held = (at, line)
        at += len(raw) + 1
    if held is not None:
        yield held


def _leading(line: str) -> tuple[tuple[str, ...], int]:
    """Levels that a line begins with as a heading, and where the rest of the line begins."""
    found = levels.spans(line)
    end, names = 0, []
    for a, b, own in found:
        between = re.sub(
            r"\b(?:and|amnd|at|the|levels?|segments?|discs?)\b|[&,/+\s*#()-]|^\W*\d+[.)]", "", line[end:a], flags=re.I
        )
        if between:
            break
        names += [n for n in own if levels.is_pair(n)]
        end = b
    rest = re.match(
        r"\s*(?:levels?|leve:l|disc(?: space| level)?s?)?\s*(?::|-\s|[,.]\s*$|$|,?\s*(?=$))", line[end:], re.I
    )
    if not names or not rest:
        return (), 0
    return tuple(dict.fromkeys(names)), end + rest.end()


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    start = 0
    for m in _END.finditer(line):
        if _SHORT.search(line[max(0, m.start() - 6) : m.start()]) and re.match(r"\s*[a-z]", line[m.end() :]):
            continue
        if m.start() > start:
            yield start, line[start : m.start()]
        start = m.end()
    if line[start:].strip():
        yield start, line[start:]
