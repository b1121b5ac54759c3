"""What to ask, examine or test next: expected fall of entropy about cause, roots and urgency.

For every unknown finding f: gain = H(answers) - sum over states P(state | evidence) H(answers | state),
for all findings in one product of (states x scenarios) with (scenarios x answers).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from foramen.anatomy import LEVELS, ROOTS, SIDES, VERTEBRAE
from foramen.assessment.result import NextFinding
from foramen.inference.engine import Engine, ranked
from foramen.model.levels import logsumexp
from foramen.model.parameters import Floats
from foramen.model.tables import Instance
from foramen.records.evidence import EvidenceSet
from foramen.records.known import pointless

# cost of getting an answer relative to a question (assumption: visit time, money, discomfort, delay)
BURDEN = {
    "question": 1.0, "examination": 1.5, "laboratory": 4.0, "xray": 6.0, "mri": 10.0, "edx": 12.0, "procedure": 20.0,
}  # fmt: skip
SCENARIOS_USED = 600
EQUAL = 1e-10  # bits; gains closer than this differ by rounding alone
ENOUGH = 0.01  # bits; below this nothing would change the answer much


def next_findings(
    engine: Engine,
    evidence: EvidenceSet,
    p: Floats,
    band: int,
    *,
    red_flags_first: Iterable[str] = (),
    known: Iterable[str] = (),
    limit: int = 8,
) -> list[NextFinding]:
    """Unknown findings by value (gain over burden), unasked red-flag questions first.

    ``p``: (scenarios,) posterior. ``known``: finding ids already stated, however vaguely.
    """
    model = engine.model
    asked = {key.partition("@")[0] for key in evidence.vectors} | set(known) | pointless(model.knowledge, evidence)
    asked |= {f.id for f in model.knowledge.findings.values() if f.kind == "lateral"}  # tell the side, hardly the cause
    if model.knowledge.sagittal:
        asked.add(model.knowledge.sagittal.finding)  # comes with an X-ray taken anyway; no reason to take one
    used = ranked(p, SCENARIOS_USED)
    weight = p[used] / p[used].sum()
    targets, split, causes = _targets(engine, used)
    rows, owners = _predictions(engine, evidence, band, used, asked)
    if not owners:
        return []
    joint = (rows * weight[None, :]) @ targets
    mass = rows @ weight
    after = mass * _entropy(joint / np.maximum(mass, 1e-300)[:, None], split)
    before = float(_entropy((weight @ targets)[None, :], split)[0])
    gains: dict[str, tuple[float, str, int]] = {}
    start = 0
    now = (weight @ targets)[None, : len(causes)]
    for key, states in owners:
        stop = start + states
        gain = before - float(after[start:stop].sum())
        name = key.partition("@")[0]
        if name not in gains or gain > gains[name][0] + EQUAL:
            then = joint[start:stop, : len(causes)] / np.maximum(mass[start:stop, None], 1e-300)
            gains[name] = (gain, key, int(np.abs(then - now).max(axis=0).round(9).argmax()))
        start = stop
    first = list(red_flags_first)
    answers = []
    for name, (gain, key, cause) in gains.items():
        finding = model.knowledge.findings[name]
        instance = model.instances[key]
        answers.append(
            NextFinding(
                finding=name,
                question=finding.question or finding.name,
                how=finding.how,
                side=SIDES[instance.side] if instance.side >= 0 else "",
                level=_place(instance),
                burden=finding.burden,
                gain=max(gain, 0.0),
                value=max(gain, 0.0) / BURDEN[finding.burden],
                red_flag=name in first,
                could_change=model.causes[cause].name,
            )
        )  # fmt: skip
    rank = {name: i for i, name in enumerate(first)}
    answers.sort(key=lambda a: (a.finding not in rank, rank.get(a.finding, 0), -round(a.value, 10)))
    leading = [a for a in answers if a.red_flag]
    return [*leading, *[a for a in answers if not a.red_flag and a.gain > 0.0][:limit]]


def _place(instance: Instance) -> str:
    """Level, vertebra or root of a finding instance; empty where it has none."""
    if instance.place >= 0:
        return (VERTEBRAE if instance.finding.site == "vertebra" else LEVELS)[instance.place]
    return ROOTS[instance.root] if instance.root >= 0 else ""


def _targets(engine: Engine, used: np.ndarray) -> tuple[Floats, list[int], list[str]]:
    """(scenarios, answers) with the widths of the blocks: causes; each root and side (yes/no); urgency class."""
    s = engine.model.scenarios
    causes = (s.lead[used, None] == np.arange(len(s.causes))[None, :]).astype(float)
    roots = (s.roots[used] > 0).reshape(len(used), -1).astype(float)
    serious = np.array([{"emergency": 2, "urgent": 1}.get(c.serious, 0) for c in engine.model.causes])[s.lead[used]]
    serious = np.where(s.cauda[used] > 0, 2, serious)
    urgency = (serious[:, None] == np.arange(3)[None, :]).astype(float)
    pairs = np.stack([roots, 1 - roots], axis=2).reshape(len(used), -1)
    return (
        np.concatenate([causes, pairs, urgency], axis=1),
        [causes.shape[1], pairs.shape[1], 3],
        list(s.causes),
    )


def _entropy(q: Floats, split: Sequence[int]) -> Floats:
    """(rows,) bits: H(cause) + mean H(root affected) + H(urgency)."""
    terms = -q * np.log2(np.maximum(q, 1e-12))
    a, b = split[0], split[0] + split[1]
    return terms[:, :a].sum(axis=1) + terms[:, a:b].sum(axis=1) / 4.0 + terms[:, b:].sum(axis=1)


def _predictions(
    engine: Engine, evidence: EvidenceSet, band: int, used: np.ndarray, asked: set[str]
) -> tuple[Floats, list[tuple[str, int]]]:
    """(states of all unknown findings, scenarios) P(state | scenario, evidence), and whose rows they are."""
    model = engine.model
    rows: list[Floats] = []
    owners: list[tuple[str, int]] = []
    for group in model.groups:
        observed = [m.id for m in group.members if m.id in evidence.vectors]
        latent = None
        if group.kind != "plain":
            x = engine.likelihood.weights(group, band)
            for key in observed:
                table = engine.likelihood.member(key, band) @ np.asarray(evidence.vectors[key])
                x = x + np.log(np.maximum(table, 1e-300))
            latent = np.exp(x - logsumexp(x, axis=0)[None, :])
        for member in group.members:
            if member.finding.id in asked:
                continue
            table = engine.likelihood.member(member.id, band)
            p = table[0] if latent is None else (table * latent[:, :, None]).sum(axis=0)
            index = group.index[used] if len(p) > 1 else np.zeros(len(used), dtype=int)
            rows.append(p[index].T)
            owners.append((member.id, p.shape[1]))
    if not any(model.instances[k].place >= 0 for k in evidence.vectors):
        _add_levels(engine, band, used, asked, rows, owners)
    return (np.concatenate(rows) if rows else np.zeros((0, len(used)))), owners


def _add_levels(
    engine: Engine,
    band: int,
    used: np.ndarray,
    asked: set[str],
    rows: list[Floats],
    owners: list[tuple[str, int]],
) -> None:
    """Level findings before any imaging: structure and person averaged over their prior."""
    model = engine.model
    person = model.level_tables.person(model.parameters.base, band)[0]
    profile, place, second = model.levels.configs[model.levels.index[used]].T
    for level in range(len(LEVELS)):
        structure = np.einsum("d,das->as", person, model.level_tables.structure(model.parameters.base, level)[0])
        local = np.where((place == level) | (second == level), profile, 0)
        for member in model.levels.members:
            if member.place != level or member.finding.id in asked:
                continue
            p = np.einsum("as,ask->ak", structure, engine.likelihood.member(member.id, band))
            rows.append(p[local].T)
            owners.append((member.id, p.shape[1]))
