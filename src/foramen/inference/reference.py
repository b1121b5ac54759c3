"""A slow, obvious enumerator to check the engine against: plain Python, one number at a time.

It reads the same knowledge and shares no code with ``model/`` or the engine: it lists the accounts of the
complaint itself, weighs each one, and sums P(findings | account) over every hidden state with loops (see
``reference_findings``). Meant for small knowledge, in tests. Each rule is stated where it is applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from foramen.anatomy import AGE_BANDS, LEVELS, ROOTS, SIDES, opposite, roots_of_token
from foramen.knowledge.numbers import Number
from foramen.knowledge.schema import Cause, Form, Knowledge, RootPattern

TINY = 1e-12  # no share of anything is smaller
SACRUM = len(LEVELS)
Vector = Sequence[float]
Age = Mapping[int, float]  # age bands and how far each speaks for the person's age; together 1


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the complaint. ``place``, ``second``: 0-4 a level or vertebra, 5 the sacrum, -1 none.

    ``roots`` holds (side, root, state) of every affected root; ``companion_side`` is empty without a side.
    """

    lead: str
    zone: str
    side: str
    place: int = -1
    second: int = -1
    roots: frozenset[tuple[str, str, str]] = frozenset()
    cauda: str = "unaffected"
    companion: str = ""
    companion_side: str = ""


def accounts(
    knowledge: Knowledge, setting: str, age: Age, sex: str | None, *, all_pairs: bool = False
) -> dict[Account, float]:
    """Every account with its prior probability (they sum to 1)."""
    causes = list(knowledge.causes.values())
    weights = []
    for cause in causes:
        weight = _aged(cause.share[setting], age)
        if sex is not None:
            weight *= _only(cause.female) if sex == "female" else 1 - _only(cause.female)
        weights.append(weight)
    found: dict[Account, float] = {}
    for cause, share in zip(causes, _shares(weights), strict=True):
        for single, p in _singles(knowledge, cause, setting, age):
            for account, q in _with_companions(knowledge, cause, single, age, all_pairs):
                found[account] = found.get(account, 0.0) + share * p * q
    total = sum(found.values())
    return {account: p / total for account, p in found.items()}


def posterior(
    knowledge: Knowledge,
    evidence: Mapping[str, Vector],
    *,
    setting: str,
    age: Age | None = None,
    sex: str | None = None,
    all_pairs: bool = False,
) -> dict[Account, float]:
    """P(account | evidence). ``evidence`` maps finding instances to likelihoods of their states.

    ``age`` names the person's own band first, whose findings apply; None: unknown, a mixture over the setting's
    consulters.
    """
    from foramen.inference.reference_findings import likelihood, silent_odds

    ages = list(knowledge.settings[setting].ages.p)
    mixture: list[tuple[float, Age]] = [(1.0, age)] if age is not None else []
    for band, weight in enumerate([max(1 - sum(ages), 1e-6), *ages] if age is None else []):
        mixture.append((weight, {band: 1.0}))
    joint: dict[Account, float] = {}
    for weight, known in mixture:
        band = next(iter(known))
        silent = silent_odds(knowledge, evidence, band)
        for account, p in accounts(knowledge, setting, known, sex, all_pairs=all_pairs).items():
            p = weight * p * likelihood(knowledge, evidence, account, band, silent)
            joint[account] = joint.get(account, 0.0) + p
    assert len(ages) == len(AGE_BANDS) - 1
    total = sum(joint.values())
    return {account: p / total for account, p in joint.items()}


def _only(number: Number) -> float:
    (value,) = number.p
    return value


def _aged(by_band: Sequence[Number], age: Age) -> float:
    """A number at an age: between two band middles it changes by the same factor every year."""
    value = 1.0
    for band, weight in age.items():
        value *= _only(by_band[band]) ** weight
    return value


def _shares(weights: Sequence[float]) -> list[float]:
    total = max(sum(weights), TINY)
    return [max(w / total, TINY) for w in weights]


def _singles(knowledge: Knowledge, cause: Cause, setting: str, age: Age) -> Iterator[tuple[Account, float]]:
    """Accounts with this lead and no companion, each with P(account | lead)."""
    places = list(cause.level) or [""]
    for form, form_share in zip(cause.forms, _shares([_only(f.share) for f in cause.forms]), strict=True):
        patterns: Sequence[RootPattern | None] = cause.roots.get(form.zone) or cause.roots.get("any") or [None]
        weights = [_pattern_weight(knowledge, cause, p, setting) for p in patterns]
        by_place = form.level or cause.level
        place_shares = _shares([_aged(by_place[name], age) for name in cause.level]) or [1.0]
        for pattern, pattern_share in zip(patterns, _shares(weights), strict=True):
            for place, place_share in zip(places, place_shares, strict=True):
                for account, p in _placed(cause, form, place, pattern, setting):
                    yield account, form_share * pattern_share * place_share * p


def _pattern_weight(knowledge: Knowledge, cause: Cause, pattern: RootPattern | None, setting: str) -> float:
    """Share of a root pattern; local-only and (unless serious by itself) cauda equina forms vary by setting."""
    if pattern is None:
        return 1.0
    weight = _only(pattern.share)
    if pattern.cauda != "unaffected":
        if knowledge.cauda_by_setting and cause.serious == "none":
            weight *= _only(knowledge.cauda_by_setting[setting])
    elif not pattern.roots and cause.roots_none_by_setting:
        weight *= _only(cause.roots_none_by_setting[setting])
    return weight


def _placed(
    cause: Cause, form: Form, place: str, pattern: RootPattern | None, setting: str
) -> Iterator[tuple[Account, float]]:
    tokens = pattern.roots if pattern else ()
    cauda = pattern.cauda if pattern else "unaffected"
    at = -1
    if cause.place == "root_side":
        tokens = (place,)
    elif place == "sacrum":
        at = SACRUM
    elif place in LEVELS:
        at = LEVELS.index(place)
    elif place in ROOTS[: len(LEVELS)]:
        at = ROOTS.index(place)  # a vertebra is numbered as the level below it
    left = 0.5 if cause.left is None else _only(cause.left)
    both_sides = form.side == "bilateral"
    reaches_over = any(token.startswith("opposite_") for token in tokens)
    if form.side == "unilateral":
        options = [("left", "left", left), ("right", "right", 1 - left)]
    elif both_sides or reaches_over or not tokens:
        options = [(form.side, "left", 1.0)]
    else:  # a central lesion reaching the roots of one side
        options = [(form.side, "left", left), (form.side, "right", 1 - left)]
    for side, own, p in options:
        reached = _reached(tokens, at, own, both_sides)
        states = [("", 1.0)]
        if reached:
            numbers = cause.root_state[setting]
            names = ("irritated", "conduction_loss", "both")
            states = list(zip(names, _shares([_only(numbers[n]) for n in names]), strict=True))
        for state, q in states:
            if state == "irritated" and cauda != "unaffected":
                continue  # a compressed cauda equina that takes roots of the legs along takes their conduction
            roots = frozenset((s, r, state) for s, r in reached)
            account = Account(cause.id, form.zone, side, at, -1, roots, cauda)
            if cause.two_level is None or at < 0 or cauda != "unaffected":
                yield account, p * q
                continue
            two = _only(cause.two_level)
            one_share, two_share = _shares([max(1 - two, TINY), two])
            second = at + 1 if at < len(LEVELS) - 1 else at - 1
            more = _reached(tokens, second, own, both_sides) if reached else set()
            wider = roots | {(s, r, state) for s, r in more}
            yield account, p * q * one_share
            yield replace(account, second=second, roots=wider), p * q * two_share


def _reached(tokens: Sequence[str], at: int, own: str, both_sides: bool) -> set[tuple[str, str]]:
    """(side, root) of the roots a lesion at ``at`` on side ``own`` reaches."""
    found: set[tuple[str, str]] = set()
    for token in tokens:
        side = opposite(own) if token.startswith("opposite_") else own
        for root in roots_of_token(token.removeprefix("opposite_"), at):
            found |= {(s, ROOTS[root]) for s in (SIDES if both_sides else (side,))}
    return found


def _with_companions(
    knowledge: Knowledge, cause: Cause, single: Account, age: Age, all_pairs: bool
) -> Iterator[tuple[Account, float]]:
    """The account alone and with each companion, at the companion's community point prevalence."""
    names = list(cause.companions)
    if all_pairs:
        names = [c.id for c in knowledge.causes.values() if c.community_prevalence and c.id != cause.id]
    if not names or single.second >= 0 or single.cauda != "unaffected":
        yield single, 1.0
        return
    prevalence = []
    for name in names:
        by_age = knowledge.causes[name].community_prevalence
        assert by_age is not None
        prevalence.append(_aged(by_age, age))
    *shares, alone = _shares([*prevalence, max(1 - sum(prevalence), TINY)])
    yield single, alone
    for name, share in zip(names, shares, strict=True):
        sides = SIDES if knowledge.causes[name].place == "side" else ("",)
        for side in sides:
            yield replace(single, companion=name, companion_side=side), share / len(sides)
