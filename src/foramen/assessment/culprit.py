"""Which imaging findings are the culprit and which only bystanders, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from foramen.anatomy import AGE_BANDS, LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.assessment.answer import Mask, culprit_mask, own_side
from foramen.assessment.intervals import estimates
from foramen.assessment.result import CulpritAnswer, Estimate, Weight
from foramen.assessment.side import BOTH, is_across
from foramen.case import Case
from foramen.inference.engine import Engine
from foramen.model.parameters import Floats
from foramen.model.tables import Instance
from foramen.records.evidence import EvidenceSet, Item

CULPRIT_FROM, BYSTANDER_TO = 0.5, 0.2
NOT_A_CANDIDATE = "not_a_candidate"
# a danger that was seen: whether it makes the complaint or not, it stays open until it has a diagnosis of its own
LESIONS = (
    "img_marrow_lesion", "img_marrow_lesion_above_l1", "img_sacral_lesion", "img_pelvic_bone_lesion",
    "img_multiple_bone_lesions",
)  # fmt: skip
OWN_DIAGNOSIS = (
    *LESIONS, "img_intradural_mass", "img_epidural_mass", "img_soft_tissue_mass", "img_mass_enhancement",
    "img_primary_tumour_elsewhere", "img_disc_infection", "img_disc_infection_above_l1", "img_epidural_collection",
    "img_paraspinal_or_psoas_collection", "img_epidural_haematoma", "img_retroperitoneal_haematoma",
    "img_cord_compression", "img_dislocation", "img_sacral_fracture", "img_hip_fracture", "img_hip_osteonecrosis",
)  # fmt: skip
BROKEN = ("img_fracture", "img_fracture_above_l1")  # the same where it is fresh
UNEXPLAINED = "Not explained: it needs its own diagnosis, whether or not it makes the complaint."


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


def masks_of(engine: Engine, found: Sequence[tuple[Item, list[Instance]]], told: int) -> Mask:
    """(findings, shifts, scenarios) culprit masks; a finding of several possible places takes any of them.

    Of a lesion on both sides only what lies on the side ``told`` of makes the complaint.
    """

    def mask(i: Instance) -> Mask:
        whole = culprit_mask(engine, i)
        return whole & own_side(engine, i.side) if is_across(i, told) else whole

    blocks = [np.any([mask(i) for i in instances], axis=0) for _, instances in found]
    return np.stack(blocks) if blocks else np.zeros((0, 3, len(engine.model.scenarios)), dtype=bool)


def candidate(engine: Engine, instance: Instance) -> bool:
    """Whether any cause expresses this finding."""
    return any(instance.finding.id in c.expresses for c in engine.model.causes)


def told_of(case: Case) -> bool:
    """Whether something is told of images: a whole report, or a finding that is there or denied."""
    return any(s.complete for s in case.studies) or any(o.finding.startswith("img_") for o in case.observations)


def place_of(instances: Sequence[Instance]) -> tuple[str, str]:
    """(level or vertebra, side) shared by the instances; empty where they differ."""
    levels = {_level(i) for i in instances}
    sides = {SIDES[i.side] if i.side >= 0 else "" for i in instances}
    return (levels.pop() if len(levels) == 1 else ""), (sides.pop() if len(sides) == 1 else "")


def _level(instance: Instance) -> str:
    if instance.place < 0:
        return ""
    return VERTEBRAE[instance.place] if instance.finding.site == "vertebra" else LEVELS[instance.place]


def verdict(p: float, *, danger: bool = False) -> str:
    """culprit from 0.5, bystander up to 0.2, between them uncertain; what is a ``danger`` is never a bystander."""
    if p >= CULPRIT_FROM:
        return "culprit"
    return "bystander" if p <= BYSTANDER_TO and not danger else "uncertain"


def needs_diagnosis(item: Item, instances: Sequence[Instance], found: Sequence[tuple[Item, list[Instance]]]) -> bool:
    """Whether a finding is a danger in itself: tumour, infection, collection, bleeding, a bone that is freshly broken.

    A broken vertebra counts as fresh if it is stated as new, is not stated as old and has oedema, or is burst.
    """
    o = item.observation
    names = {x.finding.id for x in instances}
    if names <= set(OWN_DIAGNOSIS):
        return True
    if not names <= set(BROKEN) or o.new is False:
        return False
    places = {x.place for x in instances}
    oedema = any(
        x.finding.id == "img_bone_oedema" and (x.place in places or "img_fracture_above_l1" in names)
        for _, others in found
        for x in others
    )
    return bool(o.new) or oedema or o.state == "burst"


def _label(item: Item, side: str, told: int) -> str:
    """The item's words; of what is stated of both sides the one that is judged, where the sides count apart."""
    apart = told != BOTH and side in SIDES
    return item.label.replace("bilateral", side) if apart else item.label


def undiagnosed(answer: CulpritAnswer) -> bool:
    """Whether a finding is an unsettled danger, which is no bystander for that it needs its own diagnosis."""
    open_danger = answer.finding in OWN_DIAGNOSIS or answer.estimate.probability <= BYSTANDER_TO
    return answer.verdict == "uncertain" and open_danger


def together(
    found: Sequence[tuple[Item, list[Instance]]],
    judged: Sequence[CulpritAnswer],
    masks: Mask,
    shifts: Floats,
    p: Floats,
) -> tuple[str, float]:
    """Several lesions of one kind of which none by itself is the culprit: their kind, and P(one or more of them is).

    A disease that sits in several bones divides its probability among them. The likeliest kind; empty where no kind is
    shared by two findings, or where one finding is the culprit.
    """
    if not found or any(c.verdict == "culprit" for c in judged):
        return "", 0.0
    kinds: dict[str, list[int]] = {}
    for n, (_, instances) in enumerate(found):
        name = instances[0].finding.id
        kind = "marrow lesions" if name in LESIONS else f"findings of {instances[0].finding.name.lower()}"
        kinds.setdefault(kind, []).append(n)
    best = ("", 0.0)
    for kind, numbers in kinds.items():
        if len(numbers) > 1:
            total = float((masks[numbers].any(axis=0) * shifts * p).sum())
            best = max(best, (kind, total), key=lambda pair: pair[1])
    return best if best[1] >= CULPRIT_FROM else ("", 0.0)


def verdicts(
    engine: Engine, found: Sequence[tuple[Item, list[Instance]]], points: Floats, draws: Floats, told: int = BOTH
) -> list[CulpritAnswer]:
    """One answer per imaging finding, without its reason; ``points`` (findings,), ``draws`` (draws, findings)."""
    out: list[CulpritAnswer] = []
    for (item, instances), (point, low, high) in zip(found, estimates(points, draws), strict=True):
        level, side = place_of(instances)
        name = instances[0].finding.id if len({x.finding.id for x in instances}) == 1 else item.observation.finding
        if any(candidate(engine, x) for x in instances):
            estimate = Estimate(point, low, high)
            judged = verdict(point, danger=needs_diagnosis(item, instances, found))
        else:
            estimate, judged = Estimate(0.0, 0.0, 0.0), NOT_A_CANDIDATE
        out.append(CulpritAnswer(name, _label(item, side, told), level, side, estimate, judged, "", ()))
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
    told: int = BOTH,
) -> list[CulpritAnswer]:
    """The verdicts with their reasons and sources; ``items``: what the case states."""
    # a lesion explains complaints and signs, not what raises its risk, nor what is normal or denied
    known = engine.model.knowledge.findings
    there = {item.label for item in items if item.abnormal}
    weights = [w for w in weights if w.label in there]
    weights = [w for w in weights if w.finding not in known or known[w.finding].kind != "risk_factor"]
    out: list[CulpritAnswer] = []
    for (_, instances), answer, mask in zip(found, judged, masks, strict=True):
        across = all(is_across(i, told) for i in instances)
        if answer.verdict == NOT_A_CANDIDATE:
            reason: str = "No cause in the model produces symptoms by this finding alone."
            sources: tuple[str, ...] = ()
        elif answer.verdict == "uncertain" and answer.estimate.probability <= BYSTANDER_TO:
            reason, sources = UNEXPLAINED, ()
        elif answer.verdict == "bystander" and across:
            reason, sources = f"It lies on the {answer.side}; what is told lies on the {SIDES[told]}.", ()
        else:
            reason, sources = _reason(engine, instances, answer.verdict, p, mask, band, weights, explains)
            if undiagnosed(answer):
                reason = f"{reason} It needs its own diagnosis.".strip()
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
