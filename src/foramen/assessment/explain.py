"""Why: the weight of each stated finding for and against the leading answers, and where its numbers come from."""

from __future__ import annotations

import math
from collections.abc import Sequence

from foramen.assessment.result import Weight
from foramen.assessment.words import share
from foramen.inference.engine import Engine
from foramen.knowledge.numbers import Number
from foramen.knowledge.schema import Finding, Knowledge
from foramen.model.parameters import Floats
from foramen.model.tables import lookup
from foramen.records.evidence import Item

SMALL = 0.02  # weights below this (log10 odds) are not shown
FLOOR = 1e-9


def log10_odds(p: float) -> float:
    p = min(max(p, FLOOR), 1 - FLOOR)
    return math.log10(p / (1 - p))


def weights(
    engine: Engine,
    items: Sequence[Item],
    full: Floats,
    without: Floats,
    answers: Sequence[tuple[str, Floats, str]],
) -> list[Weight]:
    """Weight of every item for every answer.

    ``full``: (scenarios,) posterior; ``without``: (items, scenarios) posterior leaving each item out;
    ``answers``: (name, 0/1 mask over scenarios, cause id) of each leading answer.
    """
    found: list[Weight] = []
    for name, mask, cause in answers:
        with_it = float(full @ mask)
        for i, item in enumerate(items):
            if not item.counts:
                continue
            left_out = float(without[i] @ mask)
            change = log10_odds(with_it) - log10_odds(left_out)
            if abs(change) < SMALL:
                continue
            sources, provenance = item_sources(engine.model.knowledge, item, cause)
            found.append(
                Weight(item.observation.finding, item.label, name, change, with_it, left_out, sources, provenance)
            )
    return sorted(found, key=lambda w: -round(abs(w.log10_odds), 9))


def counterfactuals(found: Sequence[Weight], limit: int = 5) -> list[str]:
    """Sentences saying what the leading answers would be without one finding."""
    out: list[str] = []
    for w in found:
        if len(out) >= limit:
            break
        if abs(w.with_it - w.without_it) >= 0.03:
            verb = "fall" if w.without_it < w.with_it else "rise"
            out.append(
                f"Without “{w.label}”, {w.answer} would {verb} from {share(w.with_it)} to {share(w.without_it)}."
            )
    return out


def item_sources(knowledge: Knowledge, item: Item, cause: str) -> tuple[tuple[str, ...], str]:
    """(source ids, provenance) of the numbers that make an item speak for or against a cause."""
    numbers: list[Number] = []
    names = {key.partition("@")[0] for key in item.vectors}
    names |= {key.partition("@")[0] for statement in item.statements for key in statement.parts}
    for name in sorted(names):
        numbers += finding_numbers(knowledge, knowledge.findings[name], cause)
    sources = {knowledge.figures[f].source for n in numbers for f in n.figures}
    provenances = {n.provenance for n in numbers}
    if (profile := knowledge.sagittal) and profile.finding in names:  # its densities are worked out from one data set
        sources.add(profile.source)
        provenances.add("derived")
    order = ("read", "derived", "recalled", "assumption")
    return tuple(sorted(sources)), "+".join(k for k in order if k in provenances) or "assumption"


def finding_numbers(knowledge: Knowledge, finding: Finding, cause: str) -> list[Number]:
    """The numbers of a finding that bear on a cause: its own, its roots', its background, its cluster."""
    numbers: list[Number] = []
    known = knowledge.causes.get(cause)
    if known:
        own = lookup(dict(finding.given), known)
        numbers += [own] if own else []
        if finding.cluster:
            pattern = knowledge.clusters[finding.cluster]
            numbers += list(pattern.members[finding.id])
            given = lookup(dict(pattern.given), known)
            numbers += [given] if given else []
    for root in knowledge.roots.values():
        numbers += [t[finding.id] for t in (root.irritated, root.conduction_loss) if finding.id in t]
    numbers += [t[finding.id] for t in knowledge.cauda.values() if finding.id in t]
    numbers += list((finding.background or ())[2:3])
    if finding.silent:
        numbers.append(finding.silent.per_person[2])
    return numbers


def place_mask(engine: Engine, cause: int, place: int, side: int) -> Floats:
    """0/1 over scenarios: that cause leads at that place and side, alone or with the level next to it."""
    s = engine.model.scenarios
    here = (s.place == place) | ((s.second == place) & (s.second >= 0))
    return ((s.lead == cause) & here & (s.side == side)).astype(float)


def root_mask(engine: Engine, root: int, side: int) -> Floats:
    """0/1 over scenarios: that root is affected on that side."""
    return (engine.model.scenarios.roots[:, side, root] > 0).astype(float)


def cause_mask(engine: Engine, cause: int) -> Floats:
    """0/1 over scenarios: that cause leads."""
    s = engine.model.scenarios
    return (s.lead == cause).astype(float)
