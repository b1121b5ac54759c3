"""Search over everything the knowledge names: exact words first, then near spellings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process, utils

from foramen.knowledge.loader import load_knowledge
from foramen.web.browse.links import link

LONGEST = 100  # characters of a question
CLOSE = 78.0  # RapidFuzz score, 0 to 100, from which on a spelling is near
KINDS = (
    "causes",
    "findings",
    "treatments",
    "red-flags",
    "sources",
    "conditions",
    "medicines",
    "imaging",
    "clusters",
    "roots",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that can be found. ``words`` are its other names; ``about`` a line for the list."""

    kind: str
    id: str
    name: str
    about: str
    words: str
    href: str

    @property
    def text(self) -> str:
        """All that is searched, in lower case."""
        return f"{self.name} {self.id} {self.words}".lower()


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Everything, kind by kind."""
    k = load_knowledge()
    plan = k.plan

    def called(finding: str) -> str:
        return " ".join(word for word, names in k.search_words.items() if finding in names)

    out = [
        Entry("causes", c.id, c.name, c.plain, " ".join([c.plain, *c.icd10cm, *c.groups]), link("causes", c.id))
        for c in k.causes.values()
    ]
    out += [
        Entry("findings", f.id, f.name, f.question, f"{f.question} {f.category} {called(f.id)}", link("findings", f.id))
        for f in k.findings.values()
    ]
    out += [
        Entry("findings", c.id, c.name, "any of several findings", f"composite {called(c.id)}", link("findings", c.id))
        for c in k.composites.values()
    ]
    out += [
        Entry("treatments", t.id, t.name, t.plain, " ".join([*t.names, t.family]), link("treatments", t.id))
        for t in plan.treatments.values()
    ]
    out += [
        Entry("red-flags", r.id, r.name, f"{r.urgency}, {r.within}", r.why, link("red-flags", r.id))
        for r in k.red_flags.values()
    ]
    for s in k.sources.values():
        about = " · ".join([*s.identifiers, f"{len(s.figures)} figures"])
        words = " ".join([*s.identifiers, *s.figures, *(k.figures[f].text for f in s.figures)])
        out.append(Entry("sources", s.id, s.citation, about, words, link("sources", s.id)))
    out += [
        Entry("conditions", p.id, p.name, p.question, " ".join(p.names), f"/knowledge/conditions#{p.id}")
        for p in plan.facts.values()
    ]
    out += [
        Entry("medicines", m.id, m.name, m.question, " ".join(m.names), f"/knowledge/medicines#{m.id}")
        for m in plan.medicines.values()
    ]
    out += [
        Entry("imaging", i.id, i.name, i.advice.replace("_", " "), f"{i.modality} {i.why}", link("imaging", i.id))
        for i in plan.imaging.values()
    ]
    out += [
        Entry("clusters", c.id, c.id.replace("_", " ").capitalize(), c.note, "pattern", link("clusters", c.id))
        for c in k.clusters.values()
    ]
    out += [
        Entry("roots", r, f"Root {r}", words.words.get("dermatome", ""), "nerve root", link("roots", r))
        for r, words in k.roots.items()
    ]
    out.append(Entry("roots", "cauda_equina", "Cauda equina", "sacral fibres S2 to S4", "saddle bladder bowel",
                     link("roots", "cauda_equina")))  # fmt: skip
    return tuple(out)


def search(question: str, kind: str = "", limit: int = 60) -> tuple[list[Entry], bool]:
    """Best entries for a question, and whether only near spellings were found."""
    asked = question[:LONGEST].lower().split()
    pool = [e for e in entries() if not kind or e.kind == kind]
    if not asked:
        return [], False
    exact = [(e, _rank(e, asked)) for e in pool if all(word in e.text for word in asked)]
    if exact:
        exact.sort(key=lambda pair: (pair[1], KINDS.index(pair[0].kind), pair[0].name.lower()))
        return [e for e, _ in exact[:limit]], False
    hits = process.extract(
        " ".join(asked), [f"{e.name} {e.id.replace('_', ' ')}" for e in pool],
        scorer=fuzz.partial_token_sort_ratio, processor=utils.default_process, limit=12, score_cutoff=CLOSE,
    )  # fmt: skip
    return [pool[index] for _, _, index in hits], True


def _rank(e: Entry, asked: Sequence[str]) -> int:
    """0: the id or name itself; 1: starts so; 2: all words in the name; 3: elsewhere."""
    whole, name = " ".join(asked), e.name.lower()
    if whole in (e.id.lower(), name):
        return 0
    if name.startswith(whole) or e.id.lower().startswith(whole.replace(" ", "_")):
        return 1
    return 2 if all(word in f"{name} {e.id.lower()}" for word in asked) else 3


def nearest(id: str, kind: str = "") -> Entry | None:
    """The thing whose id is closest to what was asked for, of that kind if there is one close enough.

    Figures count among the sources.
    """
    asked = id[:80].replace("_", " ").lower()
    for pool in ([e for e in entries() if e.kind == kind], entries()):
        choices = [e.id.replace("_", " ") for e in pool]
        best = process.extractOne(asked, choices, scorer=fuzz.ratio, score_cutoff=60)
        if kind == "sources":
            figures = load_knowledge().figures
            figure = process.extractOne(asked, [f.replace("_", " ") for f in figures], scorer=fuzz.ratio)
            if figure and figure[1] >= max(60, best[1] if best else 0):
                name = list(figures)[figure[2]]
                return Entry(kind, name, name, "", "", link(kind, name))
        if best:
            return pool[best[2]]
    return None
