"""The page of a cause."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from foramen.anatomy import SETTINGS
from foramen.knowledge.numbers import Number
from foramen.knowledge.schema import Cause, Finding, Knowledge
from foramen.web.browse.implied import Effect, effects_of_cause
from foramen.web.browse.shown import Quantity, by_age, percent, quantity

GONE = ("none", "single", "several", "cauda")


@dataclass(frozen=True, slots=True)
class Given:
    """P(finding | cause) as a knowledge file states it. ``shared``: the group it is stated for, if not the cause."""

    finding: Finding
    shared: str
    zone: str
    number: Quantity
    background: Quantity | None
    weight: float


@dataclass(frozen=True, slots=True)
class Reached:
    """A zone's lesions: shares that reach no root, one, several, and those with the cauda equina affected."""

    zone: str
    shares: tuple[tuple[str, float, str], ...]  # (kind, share, words)
    rows: tuple[tuple[str, str, Quantity], ...]  # (roots, cauda, share)


def cause_page(knowledge: Knowledge, cause: Cause) -> dict[str, Any]:
    """Values of the template."""

    def number(n: Number, *states: str) -> Quantity:
        return quantity(knowledge, n, states)

    scale = max(n.total for ages in cause.share.values() for n in ages) or 1.0
    return {
        "cause": cause,
        "share": [(s, by_age(knowledge, cause.share[s])) for s in SETTINGS],
        "share_scale": scale,
        "community": by_age(knowledge, cause.community_prevalence) if cause.community_prevalence else [],
        "female": number(cause.female),
        "levels": [
            (prefix + name, by_age(knowledge, ages))
            for prefix, shares in [("", cause.level), *((f"{f.zone}, ", f.level) for f in cause.forms)]
            for name, ages in shares.items()
        ],
        "forms": [(f.zone, f.side, number(f.share)) for f in cause.forms],
        "left": number(cause.left) if cause.left else None,
        "two_level": number(cause.two_level) if cause.two_level else None,
        "reached": [_reached(knowledge, cause, zone) for zone in cause.roots],
        "root_state": [(s, [(k, number(n)) for k, n in t.items()]) for s, t in cause.root_state.items()],
        "none_by_setting": [(s, number(n)) for s, n in cause.roots_none_by_setting.items()],
        "sign_factor": _sign_factors(knowledge, cause),
        "effects": effects_of_cause(knowledge, cause.id),
        "given": given_of(knowledge, cause),
        "patterns": _patterns(knowledge, cause),
        "companions": [knowledge.causes[c] for c in cause.companions],
        "companion_of": [c for c in knowledge.causes.values() if cause.id in c.companions],
        "treatments": _treatments(knowledge, cause.id),
        "expresses": [knowledge.findings[f] for f in cause.expresses],
        "courses": [c for c in knowledge.plan.courses.values() if cause.id in c.causes],
        "imaging": [i for i in knowledge.plan.imaging.values() if cause.id in i.causes],
    }


def background_of(knowledge: Knowledge, finding: Finding) -> Number | None:
    """P(finding) where nothing active produces it, at 35 to 49 years."""
    ages = finding.background or (finding.silent.per_person if finding.silent else None)
    return ages[2] if ages else None


def given_of(knowledge: Knowledge, cause: Cause) -> list[Given]:
    """Every number of a finding's file that speaks of this cause, the weightiest against the background first."""
    rows = []
    groups = {"@" + g for g in cause.groups}
    for finding in knowledge.findings.values():
        own = {k: n for k, n in finding.given.items() if k.partition("/")[0] in (cause.id, *groups)}
        plain = next((k for k in (cause.id, *("@" + g for g in cause.groups)) if k in own), "")
        own |= {f"{k}/instead": n for k, n in finding.instead.items() if k.partition("/")[0] in (cause.id, *groups)}
        for key, n in own.items():
            name, _, zone = key.partition("/")
            if not zone and key != plain:
                continue  # the most specific number wins
            background = background_of(knowledge, finding)
            rows.append(
                Given(
                    finding,
                    name[1:] if name in groups else "",
                    zone,
                    quantity(knowledge, n, finding.states[1:]),
                    quantity(knowledge, background) if background else None,
                    _weight(finding, n, background),
                )
            )
    return sorted(rows, key=lambda r: -abs(r.weight))


def _weight(finding: Finding, n: Number, background: Number | None) -> float:
    """log10 of P with the cause over P without; a sign is produced beside its background."""
    if background is None:
        return 0.0
    leak = max(background.total, 1e-6)
    p = 1 - (1 - n.total) * (1 - leak) if finding.kind == "sign" else max(n.total, 1e-6)
    return math.log10(p / leak)


def _reached(knowledge: Knowledge, cause: Cause, zone: str) -> Reached:
    patterns = cause.roots[zone]
    sums = dict.fromkeys(GONE, 0.0)
    rows = []
    for p in patterns:
        kind = "cauda" if p.cauda != "unaffected" else GONE[min(len(p.roots), 2)]
        sums[kind] += p.share.total
        words = " + ".join(r.replace("_", " ") for r in p.roots) or "none"
        rows.append((words, p.cauda, quantity(knowledge, p.share)))
    rows.sort(key=lambda r: -r[2].at)
    total = sum(sums.values()) or 1.0
    return Reached(zone, tuple((k, v / total, percent(v / total)) for k, v in sums.items()), tuple(rows))


def _sign_factors(knowledge: Knowledge, cause: Cause) -> list[tuple[list[Finding], Quantity]]:
    grouped: dict[str, tuple[list[Finding], Quantity]] = {}
    for finding, n in cause.root_sign_factor.items():
        row = grouped.setdefault(n.where, ([], quantity(knowledge, n)))
        row[0].append(knowledge.findings[finding])
    return list(grouped.values())


def _patterns(knowledge: Knowledge, cause: Cause) -> list[tuple[str, str, Quantity, Quantity]]:
    """(cluster, stated for, P(pattern | cause), background) of the clusters that speak of this cause."""
    out = []
    for cluster in knowledge.clusters.values():
        key = next((k for k in (cause.id, *("@" + g for g in cause.groups)) if k in cluster.given), None)
        if key:
            number = quantity(knowledge, cluster.given[key])
            out.append((cluster.id, key if key != cause.id else "", number, quantity(knowledge, cluster.background)))
    return out


def _treatments(knowledge: Knowledge, cause: str) -> dict[str, list[tuple[Any, Any]]]:
    """Role to (treatment, use) meant for a cause."""
    out: dict[str, list[tuple[Any, Any]]] = {}
    for role in ("core", "option", "specialist", "unproven", "against"):
        rows = [
            (t, u)
            for t in knowledge.plan.treatments.values()
            for i, u in enumerate(t.use)
            if u.role == role and cause in t.reached(i)
        ]
        if rows:
            out[role] = rows
    return out


__all__ = ["Effect", "Given", "Reached", "background_of", "cause_page", "given_of"]
