"""The clinician's page as data: sections, groups and rows in the order of a visit (``data/visit.yaml``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from foramen.anatomy import LEVELS, SIDES, VERTEBRAE
from foramen.case import Observation
from foramen.knowledge.catalogue import may_be_lost
from foramen.knowledge.loader import load_knowledge
from foramen.knowledge.schema import Composite, Finding, Knowledge
from foramen.records.evidence import places_meant
from foramen.records.state_words import NORMAL_WORDS

PLAIN_SITES = ("none", "side")  # what a row can hold; findings at levels are added one by one
MRC = ("5", "4+", "4", "4-", "3+", "3", "3-", "2", "1", "0")
POWER = "power_"
SPHINCTERS = (
    "urinary_", "bladder_", "bowel_", "sexual_", "saddle_", "anal_", "post_void_", "new_constipation", "sphincter_",
)  # fmt: skip
DEFICIT = ("power_", "sens_", "reflex_", "weakness_reported", "foot_drop_reported", "numb_")
OLD = ":old"  # behind a state: long known and unchanged
AT_THE_BEDSIDE = ("question", "examination")
YES_NO = (("present", "yes"), ("absent", "no"))


@dataclass(frozen=True, slots=True)
class Row:
    """One finding to ask for. ``options``: (value, words), without "not known". ``roots``: which it speaks for.

    ``rest``: what "rest normal" says of it; empty where nobody may presume it (duration, a scan, a laboratory value).
    ``parts``: what each of its form fields speaks of, as the model names it (a composite speaks of all its parts).
    """

    id: str
    name: str
    question: str
    how: str
    sided: bool
    options: tuple[tuple[str, str], ...]
    normal: str
    rest: str
    roots: str = ""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def binary(self) -> bool:
        """Whether it is answered by yes or no."""
        return self.options[0] == YES_NO[0]

    def fields(self) -> tuple[str, ...]:
        """Names of its form fields."""
        return tuple(f"f.{self.id}.{side}" for side in SIDES) if self.sided else (f"f.{self.id}",)


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    open: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    name: str
    roots: bool
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """An area of the body chart with its pain and numbness rows, where it has them."""

    id: str
    name: str
    pain: Row | None
    numb: Row | None


@dataclass(frozen=True, slots=True)
class Addable:
    """A finding at a level, vertebra or root, to be added with its place."""

    id: str
    name: str
    site: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """All that can be asked on the page."""

    areas: tuple[Area, ...]
    sections: tuple[Section, ...]
    grid: tuple[Group, ...]
    addable: tuple[Addable, ...]

    def rows(self) -> Mapping[str, Row]:
        """Every row by its finding."""
        found = [r for s in self.sections for g in s.groups for r in g.rows]
        found += [r for g in self.grid for r in g.rows]
        found += [r for a in self.areas for r in (a.pain, a.numb) if r]
        return {r.id: r for r in found}


@lru_cache(maxsize=1)
def visit() -> Visit:
    """The page's rows for the shipped knowledge. Raises ``KeyError`` for an id in visit.yaml that no file defines."""
    import yaml

    raw = yaml.safe_load((resources.files("foramen.web") / "data" / "visit.yaml").read_text(encoding="utf-8"))
    knowledge = load_knowledge()
    known: dict[str, Finding | Composite] = {**knowledge.findings, **knowledge.composites}
    areas = tuple(_area(a, known) for a in raw["areas"])
    grid = tuple(
        Group(g["name"], True, tuple(_row(known[r["finding"]], r["roots"]) for r in g["rows"])) for g in raw["grid"]
    )
    placed = {r.id for a in areas for r in (a.pain, a.numb) if r} | {r.id for g in grid for r in g.rows}
    placed |= {name for s in raw["sections"] for g in s["groups"] for name in g.get("findings", ())}
    sections = tuple(_section(s, known, knowledge, placed) for s in raw["sections"])
    addable = [f for f in known.values() if f.site not in PLAIN_SITES or f.id.startswith("img_")]
    return Visit(areas, sections, grid, tuple(_addable(f) for f in sorted(addable, key=lambda f: f.name)))


def _area(raw: Mapping[str, str], known: Mapping[str, Finding | Composite]) -> Area:
    rows = [_row(known[raw[kind]]) if kind in raw else None for kind in ("pain", "numb")]
    return Area(raw["id"], raw["name"], rows[0], rows[1])


def _section(raw: Mapping[str, Any], known: Mapping[str, Any], knowledge: Knowledge, placed: Iterable[str]) -> Section:
    groups = []
    for g in raw["groups"]:
        names: Sequence[str] = g.get("findings", ())
        if "category" in g:
            found = [f for f in knowledge.findings.values() if f.category == g["category"] and f.site in PLAIN_SITES]
            names = sorted({f.id for f in found} - set(placed), key=lambda n: known[n].name)
        if names:
            groups.append(Group(g["name"], bool(g.get("open")), tuple(_row(known[n]) for n in names)))
    return Section(raw["id"], raw["name"], bool(raw.get("roots")), tuple(groups))


def _row(f: Finding | Composite, roots: str = "") -> Row:
    states = f.states if isinstance(f, Finding) else ("absent", "present")
    options = tuple((s, s.replace("_", " ")) for s in states)
    if isinstance(f, Composite) and any(may_be_lost(load_knowledge().findings[p].states) for p in f.any_of):
        options = (YES_NO[0], ("normal", "no"))  # a lone "absent" might be meant for a lost reflex
    elif states == ("absent", "present"):
        options = YES_NO
        if f.id.startswith(SPHINCTERS):  # each by itself: an old leak must not make a new numb saddle old
            options = (YES_NO[0], ("present" + OLD, "yes, old and unchanged"), YES_NO[1])
    if f.id.startswith(POWER) and len(states) > 2:
        options = tuple((f"mrc:{grade}", f"{grade}/5") for grade in MRC)
    question, how = (f.question, f.how) if isinstance(f, Finding) else ("", "")
    normal = "mrc:5" if options[0][0].startswith("mrc:") else options[-1][0] if options[0] == YES_NO[0] else states[0]
    if f.id.startswith(DEFICIT):  # likewise: an old foot drop must not make a new weakness old
        lost = [option for option in options if option[0] != normal]
        options = (*options, *((value + OLD, f"{words}, old and unchanged") for value, words in lost))
    parts = [f] if isinstance(f, Finding) else [load_knowledge().findings[p] for p in f.any_of]
    seen = all(part.burden in AT_THE_BEDSIDE for part in parts)
    rest = normal if seen and (normal in NORMAL_WORDS or normal.startswith("mrc:")) else ""
    sided = f.site == "side"
    speaks = {
        f"f.{f.id}.{side}" if side else f"f.{f.id}": _speaks_of(f, parts, side) for side in (SIDES if sided else ("",))
    }
    name = f.name.removesuffix(", place not stated")
    return Row(f.id, name, question, how, sided, options, normal, rest, roots, speaks)


def _speaks_of(f: Finding | Composite, parts: Sequence[Finding], side: str) -> tuple[str, ...]:
    groups = places_meant(Observation(f.id, side=side or None), f.site, parts)
    return tuple(dict.fromkeys(key for group in groups for _, key in group))


def _addable(f: Finding | Composite) -> Addable:
    states = f.states if isinstance(f, Finding) else ("absent", "present")
    return Addable(f.id, f.name, f.site, (*states[1:], "abnormal", states[0]) if len(states) > 2 else states[::-1])


def places() -> dict[str, tuple[str, ...]]:
    """Names of places that an added finding can have."""
    return {"level": LEVELS, "vertebra": VERTEBRAE, "side": (*SIDES, "bilateral")}
