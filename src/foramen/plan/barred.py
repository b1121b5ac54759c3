"""What this person must not have, by reason: also what has no proven use, as it may be bought or had elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foramen.knowledge.plan_schema import PersonFact, PlanKnowledge
from foramen.plan.options import ALREADY, EMERGENCY_FIRST
from foramen.plan.person import PRESENT
from foramen.plan.result import Caution, OptionAnswer
from foramen.plan.role import USEFUL

WHYS = 6  # whys told in one line; where there are more, the treatments stand by kind, and each why at its treatment
KINDS = {
    "medicine": "medicines", "physical": "devices, heat and current", "manual": "treatment by hand",
    "injection": "injections", "procedure": "procedures", "surgery": "operations", "exercise": "exercise",
    "advice": "advice", "psychological": "talking treatments", "referral": "referral", "emergency": "emergency care",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Barred:
    """Treatments that one reason bars, each with all reasons that bar it, this one first.

    ``passes``: the reason is a warning sign, which bars nearly all until it is settled.
    """

    reason: Caution
    rows: tuple[tuple[OptionAnswer, tuple[Caution, ...]], ...]
    passes: bool = False

    def shared(self) -> tuple[Caution, ...]:
        """The reasons that bar every one of them."""
        return tuple(c for c in self.rows[0][1] if all(_key(c) in map(_key, told) for _, told in self.rows))

    def line(self) -> str:
        """Names by why, or by kind where the whys are many; what bars one of them beside it stands at its name."""
        groups: dict[str, list[str]] = {}
        for o, told in self.rows:
            groups.setdefault(told[0].why, []).append(_named(o, told))
        reason = f"{self.reason.name} ({self.reason.because})"
        if len(groups) == 1:
            ((why, names),) = groups.items()
            return f"{', '.join(names)}: {reason}: {why}"
        if len(groups) > WHYS or (self.passes and len(self.rows) > WHYS):
            kinds: dict[str, list[str]] = {}
            whys: dict[str, set[str]] = {}
            for o, told in self.rows:
                kind = KINDS[o.family]
                kinds.setdefault(kind, []).append(_named(o, told))
                whys.setdefault(kind, set()).add(told[0].why)
            shared = {kind: f" ({why})" for kind, own in whys.items() if len(own) == 1 for why in own}
            lines = [f"{kind}: {', '.join(names)}{shared.get(kind, '')}" for kind, names in kinds.items()]
            return f"With {reason}: {'; '.join(lines)}"
        return f"With {reason}: " + "; ".join(f"{', '.join(names)}: {why}" for why, names in groups.items())


def _named(o: OptionAnswer, told: Sequence[Caution]) -> str:
    also = [c.name for c in told[1:]]
    return f"{o.name} [also {', '.join(also)}]" if also else o.name


def barred(options: Sequence[OptionAnswer], plan: PlanKnowledge, *, emergency: bool = False) -> list[Barred]:
    """Contraindicated treatments that the complaint might lead to, each once, under the reason that bars most of them.

    Reasons that bar something useful come first. Of a warning sign, which bars nearly all and passes, only what would
    be useful is told. In an emergency it is told of all that nothing else bars, and last: what medicines and illnesses
    bar may be given meanwhile by whoever does not know of them.
    """
    left = {o.treatment: told for o in options if (told := _reasons(o, plan, emergency))}
    by_id = {o.treatment: o for o in options}
    out = []
    while left:
        count: dict[str, int] = {}
        for told in left.values():
            for c in told:
                count[_key(c)] = count.get(_key(c), 0) + 1
        most = max(count, key=lambda key: count[key])
        passes = all(_is_warning(plan.facts.get(c.id)) for told in left.values() for c in told if _key(c) == most)
        rows = []
        for treatment, told in list(left.items()):
            own = [c for c in told if _key(c) == most]
            if own:  # in an emergency one reason that passes is enough
                rest = [c for c in told if _key(c) != most and not (emergency and passes)]
                rows.append((by_id[treatment], (*own, *rest)))
                del left[treatment]
        out.append(Barred(rows[0][1][0], tuple(rows), passes))
    return sorted(out, key=lambda b: (emergency and b.passes, all(o.role not in USEFUL for o, _ in b.rows)))


def _key(c: Caution) -> str:
    """Its name: two conditions that one narrower one makes present are one reason."""
    return c.name


def _reasons(o: OptionAnswer, plan: PlanKnowledge, emergency: bool) -> tuple[Caution, ...]:
    """What bars a treatment, without the broader condition where a narrower one does; empty where it is not named."""
    if o.status != "blocked" or o.role == "none" or o.reason.startswith((ALREADY, EMERGENCY_FIRST)):
        return ()
    told = [c for c in o.cautions if c.state == PRESENT and c.effect == "blocked"]
    passing = [c for c in told if _is_warning(plan.facts.get(c.id))]
    if emergency:
        told = [c for c in told if c not in passing] or passing
    elif o.role not in USEFUL and len(passing) == len(told):
        return ()
    facts = [plan.facts[c.id] for c in told if c.id in plan.facts]
    broader = {wider for fact in facts for wider in fact.implies}
    return tuple(c for c in told if c.id not in broader)


def _is_warning(fact: PersonFact | None) -> bool:
    return fact is not None and bool(fact.rules or fact.causes)
