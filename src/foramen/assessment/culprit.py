"""Which imaging findings are the culprit and which only bystanders, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from foramen.anatomy import AGE_BANDS, LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.assessment.answer import Mask
from foramen.assessment.intervals import estimates
from foramen.assessment.result import CulpritAnswer, Estimate, Weight
from foramen.inference.engine import Engine
from foramen.model.parameters import Floats
from foramen.model.tables import Instance
from foramen.records.evidence import EvidenceSet, Item

CULPRIT_FROM, BYSTANDER_TO = 0.5, 0.2
NOT_A_CANDIDATE = "not_a_candidate"


def imaged(engine: Engine, evidence: EvidenceSet, items: Sequence[Item]) -> list[tuple[Item, list[Instance]]]:
    """Positive imaging findings of the case, each with the places it may stand for."""
    out: list[tuple[Item, list[Instance]]] = []
    for item in items:
        if not item.observation.finding.startswith("img_"):
            continue
        # of what is stated in several places those count that nothing else denies; what is stated of one counts, also
        # where it weighs less as another finding brings it along (a scar, after a stated operation)
        groups = [[k for k in s.parts if evidence.vectors.get(k, (0.0,))[0] == 0.0] for s in item.statements]
        groups += [[k] for k, v in item.vectors.items() if v[0] == 0.0]
        for keys in groups:
            instances = [engine.model.instances[k] for k in keys]
            if instances and instances[0].finding.kind != "lateral":  # which says where a finding lies
                out.append((item, instances))
    return out


def candidate(engine: Engine, instance: Instance) -> bool:
    """Whether any cause expresses this finding."""
    return any(instance.finding.id in c.expresses for c in engine.model.causes)


def place_of(instances: Sequence[Instance]) -> tuple[str, str]:
    """(level or vertebra, side) shared by the instances; empty where they differ."""
    levels = {_level(i) for i in instances}
    sides = {SIDES[i.side] if i.side >= 0 else "" for i in instances}
    return (levels.pop() if len(levels) == 1 else ""), (sides.pop() if len(sides) == 1 else "")


def _level(instance: Instance) -> str:
    if instance.place < 0:
        return ""
    return VERTEBRAE[instance.place] if instance.finding.site == "vertebra" else LEVELS[instance.place]


def verdict(p: float) -> str:
    """culprit from 0.5, bystander up to 0.2, between them uncertain."""
    return "culprit" if p >= CULPRIT_FROM else ("bystander" if p <= BYSTANDER_TO else "uncertain")


def verdicts(
    engine: Engine, found: Sequence[tuple[Item, list[Instance]]], points: Floats, draws: Floats
) -> list[CulpritAnswer]:
    """One answer per imaging finding, without its reason; ``points`` (findings,), ``draws`` (draws, findings)."""
    out: list[CulpritAnswer] = []
    for (item, instances), (point, low, high) in zip(found, estimates(points, draws), strict=True):
        level, side = place_of(instances)
        name = instances[0].finding.id if len({x.finding.id for x in instances}) == 1 else item.observation.finding
        if any(candidate(engine, x) for x in instances):
            estimate, judged = Estimate(point, low, high), verdict(point)
        else:
            estimate, judged = Estimate(0.0, 0.0, 0.0), NOT_A_CANDIDATE
        out.append(CulpritAnswer(name, item.label, level, side, estimate, judged, "", ()))
    return out


def with_reasons(
    engine: Engine,
    found: Sequence[tuple[Item, list[Instance]]],
    judged: Sequence[CulpritAnswer],
    p: Floats,
    masks: Mask,
    band: int,
    weights: Sequence[Weight],
    explains: Sequence[str],
    items: Sequence[Item],
) -> list[CulpritAnswer]:
    """The verdicts with their reasons and sources; ``items``: what the case states."""
    # a lesion explains complaints and signs, not what raises its risk, nor what is normal or denied
    known = engine.model.knowledge.findings
    there = {item.label for item in items if item.abnormal}
    weights = [w for w in weights if w.label in there]
    weights = [w for w in weights if w.finding not in known or known[w.finding].kind != "risk_factor"]
    out: list[CulpritAnswer] = []
    for (_, instances), answer, mask in zip(found, judged, masks, strict=True):
        if answer.verdict == NOT_A_CANDIDATE:
            reason: str = "No cause in the model produces symptoms by this finding alone."
            sources: tuple[str, ...] = ()
        else:
            reason, sources = _reason(engine, instances, answer.verdict, p, mask, band, weights, explains)
        out.append(replace(answer, reason=reason, sources=sources))
    return out


def _reason(
    engine: Engine,
    instances: Sequence[Instance],
    judged: str,
    p: Floats,
    mask: Mask,
    band: int,
    weights: Sequence[Weight],
    explains: Sequence[str],
) -> tuple[str, tuple[str, ...]]:
    silent, sources = _silent(engine, instances[0], band)
    if judged == "bystander":
        text = "The lesion it would need does not explain the symptoms as well as another account does."
        return (f"{silent}. {text}" if silent else text), sources
    mass = p * mask[0]
    total = mass.sum()
    parts: list[str] = []
    if total > 0:
        s = engine.model.scenarios
        share = (mass[:, None, None] * (s.roots > 0)).sum(axis=0) / total
        hit = [(share[i, r], f"{SIDES[i]} {ROOTS[r]}") for i in (0, 1) for r in range(len(ROOTS)) if share[i, r] > 0.4]
        if hit:
            parts.append("reaches the " + " and ".join(name for _, name in sorted(hit, reverse=True)[:3]) + " root")
        else:
            parts.append("can hurt here without reaching a root")
    told = [
        w
        for w in weights
        if w.answer in explains and not w.finding.startswith(("img_", "imaging_silence", "other_side", "untold"))
    ]
    explained = [w.label for w in told if w.log10_odds > 0.1]
    unique = list(dict.fromkeys(explained))[:3]
    if unique:
        parts.append("explains: " + "; ".join(unique))
    text = ", ".join(parts)
    text = (text[:1].upper() + text[1:] + ".") if text else ""
    if silent and judged == "uncertain":
        text += f" But: {silent[:1].lower() + silent[1:]}."
    return text.strip(), sources


def _silent(engine: Engine, instance: Instance, band: int) -> tuple[str, tuple[str, ...]]:
    """How often this finding is seen where it is not the cause, with the sources of that figure."""
    finding = instance.finding
    if finding.silent is None:
        return "", ()
    number = finding.silent.per_person[band]
    sources = tuple(sorted({engine.model.knowledge.figures[f].source for f in number.figures}))
    return (
        f"Seen at some level in {number.total:.0%} of people aged {AGE_BANDS[band]} in whom it is not the cause",
        sources,
    )
