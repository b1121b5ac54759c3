"""Which part a treatment has for this person: the posterior of the causes picks among the rows of its ``use``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from foramen.knowledge.plan_schema import ROLES, STEPS, Treatment, Use
from foramen.plan.situation import Situation

USEFUL = ("core", "option", "specialist")
# a treatment counts as meant for this person from this probability of its causes on. Assumption (0.15-0.4):
# below it, three in four people so treated would have something else
MEANT_FROM = 0.25
NEGLIGIBLE = 1e-4
REACHED = {"acute": ("now",), "subacute": ("now", "week_6"), "chronic": ("now", "week_6", "week_12")}


@dataclass(frozen=True, slots=True)
class Part:
    """``role`` (``none``: not meant for this person), the row that says so, its step, and P(causes it is meant for).

    ``other_stages``: stages in which it would be useful, where this stage alone speaks against it.
    """

    role: str
    use: Use | None
    step: str
    fits: float
    other_stages: tuple[str, ...] = ()


def part_of(
    treatment: Treatment, situation: Situation, stages: Sequence[str], has: Callable[[str], bool] = lambda _: False
) -> Part:
    """The part of a treatment, by the first row that fits each cause in one of the stages left open.

    ``has``: whether a fact is known to be so of this person, for rows that ask for one (``if_present``).
    """
    rows = [
        (i, use.causes, not set(stages).isdisjoint(use.stages))
        for i, use in enumerate(treatment.use)
        if not use.if_present or any(map(has, use.if_present))
    ]
    weight: dict[int, float] = {}
    elsewhere: dict[int, float] = {}
    for cause, p in situation.causes.items():
        if p < NEGLIGIBLE:
            continue
        named = [(i, in_time) for i, causes, in_time in rows if cause in causes]
        here = next((i for i, in_time in named if in_time), None)
        if here is not None:
            weight[here] = weight.get(here, 0.0) + p
        elif named:
            elsewhere[named[0][0]] = elsewhere.get(named[0][0], 0.0) + p
    by_role = {r: sum(w for i, w in weight.items() if treatment.use[i].role == r) for r in ROLES}
    fits = sum(by_role[r] for r in USEFUL)
    useful = fits >= MEANT_FROM
    roles = [r for r in ROLES if (r in USEFUL) == useful and by_role[r] > 0]
    if useful or (roles and sum(by_role[r] for r in roles) >= MEANT_FROM):
        role = max(roles, key=lambda r: by_role[r])
        use = treatment.use[max((i for i in weight if treatment.use[i].role == role), key=lambda i: weight[i])]
        return Part(role, use, _step(use, stages), fits)
    late = [treatment.use[i] for i, w in elsewhere.items() if w >= MEANT_FROM and treatment.use[i].role in USEFUL]
    return Part("none", None, "now", fits, late[0].stages if late else ())


def _step(use: Use, stages: Sequence[str]) -> str:
    if use.step == STEPS[-1]:
        return use.step
    reached = all(use.step in REACHED[stage] for stage in stages)
    return STEPS[0] if reached else use.step
