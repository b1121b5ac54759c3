"""The documents that the page shows: Markdown from the wheel, or from ``docs/`` in a clone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from foramen.knowledge.numbers import wilson

SHIPPED = Path(__file__).parent / "texts"
CLONE = Path(__file__).parents[3]
PLACES = {"validation.md": "docs/validation.md", "MODEL_CARD.md": "MODEL_CARD.md"}
ADDRESSES = {"validation.md": "/validation", "MODEL_CARD.md": "/validation/model-card"}
HEADLINES = (
    ("with imaging", "cause", "top-1", "Cause first, with imaging"),
    ("with imaging", "cause", "top-3", "Cause among the first three, with imaging"),
    ("with imaging, guard", "cause", "top-1", "Cause first, guard cases (results seen only as a group)"),
    ("with imaging, guard", "cause", "top-3", "Cause among the first three, guard cases"),
    ("without imaging", "cause", "top-1", "Cause first, imaging left out"),
    ("without imaging", "cause", "top-3", "Cause among the first three, imaging left out"),
    ("with imaging", "level", "", "Level, with imaging"),
    ("with imaging", "side", "", "Side, with imaging"),
    ("with imaging", "root", "top-1", "Root first, with imaging"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as HTML, with its title and (level, id, words) of its headings below the title."""

    title: str
    html: Markup
    contents: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A share of cases with its 95 % interval (Wilson)."""

    words: str
    hits: int
    cases: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.hits / self.cases


def text_of(name: str) -> str | None:
    """The Markdown of a document; None where neither wheel nor clone has it."""
    for path in (SHIPPED / name, CLONE / PLACES[name]):
        if path.is_file():
            return path.read_text(encoding="utf-8")
    return None


@lru_cache
def document(name: str) -> Document | None:
    """A document rendered; HTML in it is shown as text, and nothing is loaded from elsewhere."""
    text = text_of(name)
    if text is None:
        return None
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    tokens = parser.parse(re.sub(r"^<!-- .*? -->$\n?", "", text, flags=re.MULTILINE))
    title, contents = _headings(tokens)
    if tokens and tokens[0].tag == "h1":
        tokens = tokens[3:]  # the page has the title above all else
    for token in tokens:
        if token.children:
            token.children = _mended(token.children)
    html = parser.renderer.render(tokens, parser.options, {})
    return Document(title, Markup(_scrolling(html)), contents)


def _headings(tokens: Sequence[Token]) -> tuple[str, tuple[tuple[int, str, str], ...]]:
    """Give every heading an id; (title, headings below it)."""
    title, found, taken = "", [], set()
    for token, inner in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type != "heading_open" or inner is None:
            continue
        words = "".join(t.content for t in inner.children or () if t.type in ("text", "code_inline"))
        slug = "-".join(re.findall(r"[a-z0-9]+", words.lower())) or "part"
        while slug in taken:
            slug += "-more"
        taken.add(slug)
        token.attrSet("id", slug)
        level = int(token.tag[1])
        if level == 1 and not title:
            title = words
        else:
            found.append((level, slug, words))
    return title, tuple(found)


def _mended(children: Sequence[Token]) -> list[Token]:
    """Links to other documents of the page lead there, to other sites open apart; the rest become plain words."""
    out: list[Token] = []
    dropped: list[bool] = []
    for token in children:
        if token.type == "link_open":
            href = str(token.attrGet("href") or "")
            address = _address(href)
            dropped.append(address is None)
            if address is None:
                continue
            token.attrSet("href", address)
            if address.startswith("http"):
                token.attrSet("rel", "noreferrer")
                token.attrSet("target", "_blank")
        elif token.type == "link_close" and dropped.pop():
            continue
        out.append(token)
    return out


def _address(href: str) -> str | None:
    if href.startswith(("https://", "http://", "#")):
        return href
    path, _, anchor = href.partition("#")
    name = path.rpartition("/")[2]
    if name in ADDRESSES:
        return ADDRESSES[name] + (f"#{anchor}" if anchor else "")
    if match := re.search(r"docs/(treatments|red-flags|imaging)/(\w+)\.md$", path):
        return f"/knowledge/{match[1]}" + ("" if match[2] == "README" else f"/{match[2]}")
    return None


def _scrolling(html: str) -> str:
    """Tables and printed output scroll by themselves, and can be reached with the keyboard."""
    count = iter(range(1, 10_000))

    def region(match: re.Match[str]) -> str:
        kind = "Table" if match[0].startswith("<table") else "Output"
        label = escape(f"{kind} {next(count)}")
        return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">{match[0]}</div>'

    return re.sub(r"<(table|pre)>.*?</\1>", region, html, flags=re.DOTALL)


def headline(text: str) -> list[Score]:
    """The figures of the first table of scores, as the validation run prints them; those not found are left out."""
    blocks: dict[str, dict[str, str]] = {}
    part = ""
    for line in text.splitlines():
        if match := re.match(r" *(with(?:out)? imaging(?:, guard|, not guard)?)[^:]*: \d+ cases$", line):
            part = match[1]
        elif part and (match := re.match(r"  (cause|level|side|root)  +(.*)", line)):
            blocks.setdefault(part, {}).setdefault(match[1], match[2])
    found = []
    for block, row, rank, words in HEADLINES:
        printed = blocks.get(block, {}).get(row, "")
        if match := re.search(rf"{rank}\s*\d+% \((\d+)/(\d+)\)", printed):
            hits, cases = int(match[1]), int(match[2])
            found.append(Score(words, hits, cases, *wilson(hits / cases, cases)))
    return found
