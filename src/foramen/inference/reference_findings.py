"""P(findings | account) by loops over every hidden state, from the knowledge's numbers (see ``reference``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from math import exp, prod
from typing import Any

from foramen.anatomy import LEVELS, VERTEBRAE
from foramen.inference.reference import SACRUM, Account, Vector
from foramen.inference.reference_degrees import by_degree, spread, tied, tilted
from foramen.knowledge.numbers import Number
from foramen.knowledge.schema import ByAge, Cause, Cluster, Finding, Knowledge, Silent

FLOOR = 1e-6  # likelihoods lie in [1e-6, 1 - 1e-6]
Odds = list[list[float]]  # by level and structure
Tilt = tuple[Callable[[Sequence[float]], list[float]], float]  # on what roots show, on the leak
Observed = tuple[Finding, str, int, str, Vector]  # finding, side, level, root ("" and -1: none), likelihoods


def likelihood(
    knowledge: Knowledge, evidence: Mapping[str, Vector], account: Account, band: int, silent: Mapping[str, Odds]
) -> float:
    """P(evidence | account) at an age: a product over blocks that share no hidden state.

    ``silent`` is what ``silent_odds`` gives for the same evidence and age.
    """
    left = [_observed(knowledge, key, vector) for key, vector in evidence.items()]
    result = _levels(knowledge, [o for o in left if o[2] >= 0], account, band, silent)
    left = [o for o in left if o[2] < 0]
    for family in knowledge.expression.values():
        for side in ("left", "right"):
            block = [o for o in left if o[1] == side and o[0].id in _names(family["members"])]
            left = [o for o in left if o not in block]
            result *= _expression(knowledge, block, account, band, family)
    for finding in knowledge.findings.values():
        if finding.shared_leak is not None:
            block = [o for o in left if o[0].id == finding.id]
            left = [o for o in left if o not in block]
            result *= _shared_leak(knowledge, block, account, band, finding.shared_leak)
    for cluster in knowledge.clusters.values():
        block = [o for o in left if o[0].id in cluster.members]
        left = [o for o in left if o not in block]
        result *= _cluster(knowledge, block, account, cluster)
    for o in left:
        result *= _weigh(probabilities(knowledge, o, account, band), o[4])
    return result


def _names(raw: object) -> list[str]:
    assert isinstance(raw, list)
    return raw


def _observed(knowledge: Knowledge, key: str, vector: Vector) -> Observed:
    name, _, where = key.partition("@")
    place, _, side = where.partition("/")
    finding = knowledge.findings[name]
    match finding.site:
        case "side":
            return finding, place, -1, "", vector
        case "root_side":
            return finding, side, -1, place, vector
        case "none":
            return finding, "", -1, "", vector
    return finding, side, (VERTEBRAE if finding.site == "vertebra" else LEVELS).index(place), "", vector


def _weigh(p: Sequence[float], vector: Vector) -> float:
    return sum(a * b for a, b in zip(p, vector, strict=True))


def _expression(
    knowledge: Knowledge, block: list[Observed], account: Account, band: int, family: Mapping[str, Any]
) -> float:
    """Signs of roots that come and go together: one latent per side tilts what roots and background produce."""
    total, weights = 0.0, sum(z["weight"] for z in family["latent"])
    for z in family["latent"]:
        part = z["weight"] / weights
        for o in block:
            own = family.get("follow", {}).get(o[0].id)
            if "root_powers" in family and not own:
                tilt: Tilt = (partial(by_degree, family, z), z["leak_tilt"])
            else:
                tilt = (partial(tilted, [z[own]] if own else z["root_tilt"]), z["leak_tilt"])
            part *= _weigh(probabilities(knowledge, o, account, band, tilt, family=(family, z)), o[4])
        total += part
    return total


def _shared_leak(knowledge: Knowledge, block: list[Observed], account: Account, band: int, leak: ByAge) -> float:
    """Both sides abnormal alike, from age alone: 95 % of what the background leaves normal turns that state."""
    p = leak[band].p
    weights = [_clip(x) for x in (1 - sum(p), *p)]
    total = 0.0
    for state, weight in enumerate(weights):
        extra = [0.95 * (k + 1 == state) for k in range(len(p))]
        part = prod(_weigh(probabilities(knowledge, o, account, band, None, extra), o[4]) for o in block)
        total += weight / sum(weights) * part
    return total


def _cluster(knowledge: Knowledge, block: list[Observed], account: Account, cluster: Cluster) -> float:
    """Findings that restate each other: the lead sets a hidden pattern, this each member, and so may the lead."""
    cause = knowledge.causes[account.lead]
    number = None if cause.id == "none_of_these" else _own(cluster.given, cause)
    pattern = _clip((number or cluster.background).p[0])
    total = 0.0
    for chosen, weight in ((0, pattern), (1, 1 - pattern)):
        part = 1.0
        for finding, _, _, _, vector in block:
            own = _given(knowledge, finding, cause.id, [0.0])[0]
            p = _clip(1 - (1 - cluster.members[finding.id][chosen].p[0]) * (1 - own))
            part *= _weigh([1 - p, p], vector)
        total += weight * part
    return total


def _clip(p: float) -> float:
    return min(max(p, FLOOR), 1 - FLOOR)


def _own(given: Mapping[str, Number], cause: Cause, zone: str = "") -> Number | None:
    """The number listed for a cause: by zone, by its id, else by the first of its groups that is listed."""
    for key in ([f"{cause.id}/{zone}"] if zone else []) + [cause.id] + ["@" + g for g in cause.groups]:
        if key in given:
            return given[key]
    return None


def _given(knowledge: Knowledge, finding: Finding, cause_id: str, default: Sequence[float]) -> list[float]:
    """P(abnormal states | cause). A cause the model does not know shows the average over those it knows."""
    if cause_id != "none_of_these":
        number = _own(finding.given, knowledge.causes[cause_id])
        return list(number.p if number else default)
    known = [c for c in knowledge.causes.values() if c.id != "none_of_these"]
    shares = [c.share["primary_care"][2].total for c in known]
    rows = [_given(knowledge, finding, c.id, default) for c in known]
    return [sum(s * row[k] for s, row in zip(shares, rows, strict=True)) / sum(shares) for k in range(len(default))]


def _at_most(p: Sequence[float]) -> list[float]:
    """P(state <= k) for every k but the last, from the probabilities of the abnormal states."""
    return [min(max(1 - sum(p[k:]), 0.0), 1.0) for k in range(len(p))]


def _states(at_most: Sequence[float]) -> list[float]:
    """Probabilities of all states, kept off 0 and 1."""
    edges = [0.0, *at_most, 1.0]
    p = [_clip(b - a) for a, b in pairwise(edges)]
    return [x / sum(p) for x in p]


def _times(*parts: Sequence[float]) -> list[float]:
    return [prod(column) for column in zip(*parts, strict=True)]


def probabilities(
    knowledge: Knowledge,
    observed: Observed,
    account: Account,
    band: int,
    tilt: Tilt | None = None,
    extra_leak: Sequence[float] | None = None,
    family: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> list[float]:
    """P(each state of a finding that is not bound to a level | account)."""
    finding, side, _, root, _ = observed
    zero = [0.0] * (len(finding.states) - 1)
    leak = list(finding.background[band].p) if finding.background else zero
    if finding.kind == "lateral":
        return _states(_at_most(finding.lateral[_lies(account, side)].p))
    lead = account.lead if not side or _acts(knowledge, account, side) else ""
    companion = account.companion
    if side and account.companion_side not in ("", side):
        companion = ""
    if finding.kind == "lead":  # follows the lead process alone
        p = _given(knowledge, finding, lead, leak) if lead else leak
        if not side and account.cauda != "unaffected" and finding.id in knowledge.cauda_lead:
            p = list(knowledge.cauda_lead[finding.id].p)
        return _states(_at_most(p))
    if finding.kind == "risk_factor":
        return _states(_at_most(_risk_factor(knowledge, finding, lead, companion, leak)))
    leak = [min(x * (tilt[1] if tilt else 1.0), 0.98) for x in leak]
    if extra_leak:
        leak = [x + extra * (1 - sum(leak)) for x, extra in zip(leak, extra_leak, strict=True)]
    parts = [_at_most(leak)]
    for cause in filter(None, (lead, companion)):
        own = _at_most(_given(knowledge, finding, cause, zero))
        together = family and tied(knowledge.causes[cause], family[0], finding.id)
        parts.append([1 - spread(1 - x, *family) for x in own] if family and together else own)
    parts += _roots(knowledge, finding, side, root, account, lead, tilt)
    if not side and account.cauda != "unaffected" and finding.id in knowledge.cauda[account.cauda]:
        parts.append(_at_most(knowledge.cauda[account.cauda][finding.id].p))
    return _states(_times(*parts))


def _lies(account: Account, side: str) -> str:
    """Where the complaint lies, seen from a side: that of the lesion, else of the roots it reaches."""
    sides = {account.side} if account.side in ("left", "right") else {where for where, _, _ in account.roots}
    if len(sides) != 1:
        return "both"
    return "here" if sides == {side} else "elsewhere"


def _acts(knowledge: Knowledge, account: Account, side: str) -> bool:
    """Whether the lead lesion acts on a side: its own, both, or either if central and referring."""
    if account.side == "central":
        return knowledge.causes[account.lead].central_refers
    return account.side in (side, "bilateral")


def _risk_factor(
    knowledge: Knowledge, finding: Finding, lead: str, companion: str, leak: Sequence[float]
) -> list[float]:
    """As for the lead; a companion adds what it has beyond the background."""
    p = _given(knowledge, finding, lead, leak) if lead else list(leak)
    own = _given(knowledge, finding, companion, leak) if companion else list(leak)
    room = max(1 - sum(p), 0.0) / max(1 - sum(leak), FLOOR)
    return [x + room * max(o - b, 0.0) for x, o, b in zip(p, own, leak, strict=True)]


def _roots(
    knowledge: Knowledge,
    finding: Finding,
    side: str,
    root: str,
    account: Account,
    lead: str,
    tilt: Tilt | None,
) -> Iterable[list[float]]:
    """What each affected root of the side produces; a cause may show a sign more weakly.

    A root taken along with the cauda equina shows its loss (what loss makes likelier than irritation does) as that
    many such roots would.
    """
    factor = 1.0
    if lead and finding.id in knowledge.causes[lead].root_sign_factor:
        factor = knowledge.causes[lead].root_sign_factor[finding.id].p[0]
    denser = knowledge.cauda_root_loss.get(account.cauda)
    for where, name, state in account.roots:
        if where != side or (root and root != name):
            continue
        tail = [1.0] * (len(finding.states) - 1)  # P(state <= k) so far
        signs = knowledge.roots.get(name)
        numbers = {
            half: finding.roots.get(half) if root else getattr(signs, half).get(finding.id) if signs else None
            for half in ("irritated", "conduction_loss")
        }
        of_loss = _sum(numbers["conduction_loss"]) > _sum(numbers["irritated"])
        for half, number in numbers.items():
            if state in (half, "both") and number is not None:
                alone = _at_most(tilt[0](number.p) if tilt else number.p)
                more = denser.p[0] if denser and of_loss and half == "conduction_loss" else 1.0
                tail = _times(tail, [f**more for f in alone])
        yield [1 - factor * (1 - f) for f in tail]


def _sum(number: Number | None) -> float:
    return sum(number.p) if number else -1.0


def _levels(
    knowledge: Knowledge, block: list[Observed], account: Account, band: int, silent: Mapping[str, Odds]
) -> float:
    """Findings by level: sum over the person's degeneration, the numbering and each level's structure."""
    if not block:
        return 1.0
    lead = knowledge.causes[account.lead]
    lesions = [at for at in (account.place, account.second) if 0 <= at < SACRUM]
    if lead.place not in ("level", "vertebra"):
        lesions = []
    total = 0.0
    shifts = zip((0, -1, 1), _three(knowledge.structure.numbering_shift.p), strict=True)
    for offset, shift in shifts:
        for person, degenerated in enumerate(_three(knowledge.structure.degeneration[band].p)):
            part = 1.0
            for level, name in enumerate(LEVELS):
                active = any(at + offset == level for at in lesions)
                local = [o for o in block if o[2] == level]
                if not local:
                    continue
                number = knowledge.structure.given_degeneration[name][person]
                if active and (own := _own(knowledge.structure.given_lesion, lead)):
                    number = own
                structures = enumerate(_three(number.p))
                part *= sum(
                    p * prod(_weigh(_image(knowledge, o, account, z, active, band, silent), o[4]) for o in local)
                    for z, p in structures
                )
            total += shift * degenerated * part
    return total


def _three(p: Sequence[float]) -> list[float]:
    """The first of three states takes the rest."""
    rest = max(1 - sum(p), FLOOR)
    return [x / (rest + sum(p)) for x in (rest, *p)]


def _image(
    knowledge: Knowledge,
    observed: Observed,
    account: Account,
    structure: int,
    active: bool,
    band: int,
    silent: Mapping[str, Odds],
) -> list[float]:
    """P(each state of a finding at a level | structure there, and the account's lesion if it is active there)."""
    finding, side, level, _, _ = observed
    if active and account.lead in finding.instead:  # the lesion's own probability, and no silent one besides
        return _states(_at_most(finding.instead[account.lead].p))
    if finding.silent is None:
        assert finding.background is not None
        alone = list(finding.background[band].p)
    else:
        odds = silent[finding.id][level][structure]
        alone = [odds / (1 + odds) * share for share in finding.silent.split]
    produced = [0.0] * len(alone)
    lead = knowledge.causes[account.lead]
    acting = [(lead, account.zone, account.side)] if active else []
    if active and account.companion and knowledge.causes[account.companion].place in ("level", "vertebra"):
        acting.append((knowledge.causes[account.companion], "any", "bilateral"))
    for cause, zone, where in acting:
        number = _own(finding.given, cause, zone)
        if number is None or (side and where not in (side, "bilateral", "central")):
            continue
        if len(alone) == 1:
            produced = [1 - (1 - produced[0]) * (1 - number.p[0])]
        else:
            produced = [max(a, b) for a, b in zip(produced, number.p, strict=True)]
    return _states(_times(_at_most(alone), _at_most(produced)))


def silent_odds(knowledge: Knowledge, evidence: Mapping[str, Vector], band: int) -> dict[str, Odds]:
    """Of every finding in the evidence that can be there silently: its odds by level and structure."""
    names = {key.partition("@")[0] for key in evidence}
    found = [knowledge.findings[name] for name in names]
    return {f.id: _solve(knowledge, f, f.silent, band) for f in found if f.silent is not None}


def _solve(knowledge: Knowledge, finding: Finding, spec: Silent, band: int) -> Odds:
    """Odds with which P(at one level or more, either side) is the published prevalence per person."""
    target = min(spec.per_person[band].total, 0.995)
    sides = 2 if finding.site == "level_side" else 1

    def odds(base: float) -> Odds:
        weights = [spec.level_weight.get(name, 1.0) for name in LEVELS]
        return [[base * weight * follow for follow in spec.follows_degeneration] for weight in weights]

    def at_least_one(base: float) -> float:
        table, none = odds(base), 0.0
        for person, p in enumerate(_three(knowledge.structure.degeneration[band].p)):
            spared = p
            for level, name in enumerate(LEVELS):
                structures = _three(knowledge.structure.given_degeneration[name][person].p)
                spared *= sum(s * (1 + o) ** -sides for s, o in zip(structures, table[level], strict=True))
            none += spared
        return 1 - none

    low, high = -14.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if at_least_one(exp(middle)) < target else (low, middle)
    return odds(exp((low + high) / 2))
