"""What comes into question later if an adult's new complaint does not get better, and what has to be so for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from foramen.case import Tried
from foramen.plan.imaging import ADULT_FROM, imaging_of
from foramen.plan.options import EMERGENCY_FAMILY
from foramen.plan.person import ABSENT, PRESENT, UNKNOWN, Person
from foramen.plan.result import STATUSES, STEP_TITLES, ImagingAnswer, LaterOption, LaterStep, OptionAnswer
from foramen.plan.role import USEFUL, part_of
from foramen.plan.situation import Situation
from foramen.plan.tried import FAILED, STOPPED, failed_alike

# the step at which a later stage begins
_BEGINS = (("week_6", "subacute"), ("week_12", "chronic"))
# facts that the weeks until then may bring about: that they are not so today says nothing of later
_MAY_COME = frozenset({"conservative_care_failed", "analgesia_failed", "concordant_imaging", "inflammation_settled"})
# said at every visit
_SAID = frozenset({"education", "stay_active", "emergency_decompression"})


def later_steps(
    s: Situation,
    person: Person,
    stages: Sequence[str],
    options: Sequence[OptionAnswer],
    imaging: Sequence[ImagingAnswer],
    tried: Mapping[str, Tried],
) -> tuple[LaterStep, ...]:
    """Steps after the acute stage of an adult without a warning sign; nothing that is barred, done or open already."""
    child = s.case.age is not None and s.case.age < ADULT_FROM
    if tuple(stages) != ("acute",) or child or s.emergency or s.pressing:
        return ()
    told = {o.treatment for o in options if o.role in USEFUL and o.status in STATUSES[:3]}
    again = set(told)
    told |= {o.treatment for o in options if _barred(o) or o.family == EMERGENCY_FAMILY or o.treatment in _SAID}
    done = {key for key, t in tried.items() if t.result in (*FAILED, STOPPED)}
    done |= {t.id for t in s.knowledge.plan.treatments.values() if failed_alike(tried, t)}
    told |= done
    again -= done | _SAID | {o.treatment for o in options if _barred(o)}
    scans = {i.id for i in imaging if i.advice != "not_now"}
    out = []
    for step, stage in _BEGINS:
        rows = []
        for o in options:
            row = _row(o, s, person, stage)
            # what is open or asked about already is told again only where it is then used in another way
            other = row and row.why != o.why and (row.role == "core" or o.status == "ask_first")
            if row and (o.treatment not in told or (other and o.treatment in again)):
                rows.append(row)
        films = [i for i in imaging_of(s, person, (stage,)) if i.advice != "not_now" and i.id not in scans]
        told |= {row.treatment for row in rows}
        again -= {row.treatment for row in rows}
        scans |= {i.id for i in films}
        if rows or films:
            out.append(LaterStep(step, STEP_TITLES[step], tuple(rows), tuple(i.name for i in films)))
    return tuple(out)


def _barred(o: OptionAnswer) -> bool:
    return any(c.state == PRESENT and c.effect == "blocked" for c in o.cautions)


def _row(o: OptionAnswer, s: Situation, person: Person, stage: str) -> LaterOption | None:
    treatment = s.knowledge.plan.treatments[o.treatment]
    part = part_of(treatment, s, (stage,), lambda key: person.fact(key).state == PRESENT)
    if part.role not in USEFUL or part.use is None:
        return None
    facts = s.knowledge.plan.facts
    states = {n: person.fact(n).state for n in (*part.use.needs, *part.use.needs_any)}
    states = {n: UNKNOWN if x == ABSENT and n in _MAY_COME else x for n, x in states.items()}
    if any(states[n] == ABSENT for n in part.use.needs):
        return None
    either = part.use.needs_any
    if either and all(states[n] == ABSENT for n in either):
        return None
    needs = [facts[n].name for n in part.use.needs if states[n] == UNKNOWN]
    if either and not any(states[n] == PRESENT for n in either):
        needs.append(" or ".join(facts[n].name for n in either))
    return LaterOption(o.treatment, o.name, part.role, tuple(needs), part.use.why)
