"""The front page of the knowledge: how much there is, and how much of it was read in a study."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from foramen.knowledge.loader import load_knowledge
from foramen.knowledge.provenance import KINDS, Shares, shares
from foramen.knowledge.schema import Knowledge
from foramen.web.browse.links import BASE


@lru_cache(maxsize=1)
def overview() -> dict[str, Any]:
    """Counts, shares of the numbers by origin (all, then by area), and the version."""
    knowledge = load_knowledge()
    tables = shares(knowledge)
    plan = knowledge.plan
    return {
        "counts": [
            ("causes", len(knowledge.causes)),
            ("findings", len(knowledge.findings) + len(knowledge.composites)),
            ("treatments", len(plan.treatments)),
            ("red-flags", len(knowledge.red_flags)),
            ("sources", len(knowledge.sources)),
            ("guidelines", len(plan.guidelines)),
            ("imaging", len(plan.imaging)),
            ("courses", len(plan.courses)),
            ("conditions", len(plan.facts)),
            ("medicines", len(plan.medicines)),
        ],
        "figures": len(knowledge.figures),
        "figures_read": sum(f.read for f in knowledge.figures.values()),
        "all": tables[0][1][0],
        "areas": [(title, rows) for title, rows in tables[1:]],
        "origins": KINDS,
        "knowledge_version": knowledge.version,
        "base": BASE,
    }


def parts(row: Shares) -> list[tuple[str, int, float, float]]:
    """(origin, count, start, width) of each part of a bar from 0 to 1."""
    out, start = [], 0.0
    for kind, count in zip(KINDS, row.counts, strict=True):
        width = count / max(row.total, 1)
        out.append((kind, count, start, width))
        start += width
    return out


def groups_of(knowledge: Knowledge, kind: str) -> dict[str, list[Any]]:
    """The things of a kind under their headings; a cause of several groups stands under each."""
    out: dict[str, list[Any]] = {}
    match kind:
        case "causes":
            for c in knowledge.causes.values():
                for group in c.groups or ("other",):
                    out.setdefault(group, []).append((c.id, c.name, c.plain))
        case "findings":
            for f in knowledge.findings.values():
                out.setdefault(f.category, []).append((f.id, f.name, f.question))
            for k in knowledge.composites.values():
                out.setdefault("composite", []).append((k.id, k.name, ""))
        case "treatments":
            for t in knowledge.plan.treatments.values():
                out.setdefault(t.family, []).append((t.id, t.name, t.plain))
        case "red-flags":
            for level in ("emergency", "urgent", "soon"):
                out[level] = [(r.id, r.name, r.within) for r in knowledge.red_flags.values() if r.urgency == level]
        case "imaging":
            for i in knowledge.plan.imaging.values():
                out.setdefault(i.advice, []).append((i.id, i.name, i.modality))
        case "courses":
            out["courses"] = [(c.id, c.name, c.words) for c in knowledge.plan.courses.values()]
        case "sources":
            for s in sorted(knowledge.sources.values(), key=lambda s: s.citation.lower()):
                first = s.citation[:1].upper()
                about = " · ".join([*s.identifiers, f"{len(s.figures)} figures"])
                out.setdefault(first if first.isalpha() else "0-9", []).append((s.id, s.citation, about))
    return {name: sorted(rows, key=lambda r: r[1].lower()) for name, rows in out.items() if rows}
