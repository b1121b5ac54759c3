"""Each treatment for this person: offered, needs care, ask first, not useful now or blocked, and why.

The strictest reason wins: what of this person bars it, then the emergency, then what else blocks, then what makes it
useless now, then what is still to ask, then what needs care. An unknown contraindication is asked for, never taken as
absent; only advice that every guideline gives to everyone (``clearance: false``) does not wait for the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from foramen.case import Tried
from foramen.knowledge.plan_schema import Contraindication, PersonFact, Treatment
from foramen.plan.evidence import Evidence
from foramen.plan.person import ABSENT, NOT_LISTED, PRESENT, UNKNOWN, Person, Standing
from foramen.plan.result import Caution, OptionAnswer, StanceAnswer
from foramen.plan.role import USEFUL, Part, part_of
from foramen.plan.situation import Situation
from foramen.plan.tried import FAILED, STOPPED, failed_alike, harmed_alike

EMERGENCY_FAMILY = "emergency"
RED_FLAGS, RED_FLAG_WORDS = "red_flags", "the red flags not yet asked about"
RED_FLAG_QUESTION = "Answer the red-flag questions first (they stand under Next)."
ALREADY = "already taken"
HARMFUL = f"{ALREADY}, although this speaks against it"
HARMED = "it was stopped before because of harm"
RESOLVE = "resolve that name first (generic name, or ask a pharmacist)"
EMERGENCY_FIRST = "the emergency comes first"
WEIGHED = "suspected, though less likely; the surgeon weighs it on the same scan, and nothing waits for it"
NOT_ANSWERED = "not answered yet"
WAITING = "watchful_waiting"
OPEN = ("offered", "needs_care", "ask_first")
INVASIVE = ("injection", "procedure", "surgery")
HANDS_ON = ("manual", "physical", "injection", "procedure")
HARM = "it does the same by another way, and so may the harm"
MAY_HARM = "akin to this; ask what the harm was"
STAGE_WORDS = {
    "acute": "in the first six weeks", "subacute": "from week six to twelve", "chronic": "after twelve weeks"
}  # fmt: skip


def option(
    treatment: Treatment, situation: Situation, person: Person, evidence: Evidence, tried_all: Mapping[str, Tried]
) -> OptionAnswer:
    """One treatment, judged for one person."""
    part = part_of(treatment, situation, evidence.stages, lambda key: person.fact(key).state == PRESENT)
    tried = tried_all.get(treatment.id)
    cautions = (*_harmed(treatment, person, tried_all), *_cautions(treatment, person, part))
    status, reason = _status(treatment, situation, person, part, cautions, tried)
    if status in OPEN and (alike := failed_alike(tried_all, treatment)):
        name, failed = person.plan.treatments[alike].name, FAILED[tried_all[alike].result]
        status, reason = "not_useful_now", f"the same was tried by another way ({name}), and {failed}"
    meant = part.role != "none"
    stances = evidence.stances(treatment) if meant else ()
    said = {s.stance.removesuffix("_weak") for s in stances if s.applies}
    # what is said of a common back pain is no word on an emergency
    beside = situation.emergency and (treatment.beside_emergency or bool(part.use and part.use.if_present))
    if status == "offered" and not beside and (opposed := _opposed(treatment, stances)):
        status, reason = "needs_care", opposed
    return OptionAnswer(
        treatment=treatment.id,
        name=treatment.name,
        family=treatment.family,
        status=status,
        step=part.step,
        role=part.role,
        fits=part.fits,
        reason=reason,
        why=part.use.why if part.use else "",
        why_sources=evidence.of(part.use.figures) if part.use else (),
        cautions=cautions,
        effects=evidence.effects(treatment) if meant else (),
        stances=stances,
        disagreement={"for", "against"} <= said,
        harms=tuple(evidence.cite(h.words, h.figure) for h in treatment.harms) if meant else (),
        monitor=treatment.monitor if part.role in USEFUL else (),
        indications=tuple(evidence.cite(f"{i.when} {i.timing}".strip(), i.figure) for i in treatment.indications)
        if meant
        else (),
        no_trials=treatment.no_trials,
        lacking=treatment.lacking,
        plain=treatment.plain,
        sources=evidence.sources(treatment) if meant else (),
    )


def _opposed(treatment: Treatment, stances: Sequence[StanceAnswer]) -> str:
    """Why a treatment is no plain offer: a guideline that was read advises against it, and none is for it.

    For a medicine a weak word for it does not outweigh that either; a weak word against leaves the choice open.
    """
    said = {s.stance for s in stances if s.applies}
    against = [s.name for s in stances if s.applies and s.read and s.stance == "against"]
    if not against or "for" in said:
        return ""
    if "for_weak" not in said:
        return f"{against[0]} advises against it, and no guideline read is for it here"
    if treatment.drug:
        return f"guidelines disagree: {against[0]} advises against it, others are weakly for it; weigh it together"
    return ""


def _cautions(treatment: Treatment, person: Person, part: Part) -> list[Caution]:
    """Contraindications present, and those not known where the treatment is meant for this person."""
    situation = person.situation
    figures = situation.knowledge.figures
    out = []
    for row in treatment.contraindications:
        standing = person.standing(row)
        value = _to_measure(treatment, row, standing, person)
        if value and treatment.clearance and part.role != "none":
            why, source = row.why, figures[row.figure].source if row.figure else ""
            out.append(Caution(value.id, value.name, UNKNOWN, row.effect, why, "", value.question, source))
            continue
        if standing.state == PRESENT or (standing.state == UNKNOWN and part.role != "none" and treatment.clearance):
            waits = standing.state == UNKNOWN and person.waits_for_red_flags(row) and situation.open_questions
            key, question = (RED_FLAGS, RED_FLAG_QUESTION) if waits else person.asks(row)
            asked = question if standing.state == UNKNOWN else ""
            source = figures[row.figure].source if row.figure else ""
            named = standing.narrower or person.plan.words(row, situation.knowledge.findings)
            name = RED_FLAG_WORDS if waits else named
            if standing.held:  # one name that is not recognised is one question, not one of every condition
                key, asked, name = person.asks_name(row)
            out.append(Caution(key, name, standing.state, row.effect, row.why, standing.because, asked, source))
    return sorted(out, key=lambda c: (c.state != PRESENT, c.effect != "blocked"))


def _to_measure(treatment: Treatment, row: Contraindication, standing: Standing, person: Person) -> PersonFact | None:
    """What has to be measured before a needle or a knife, where no more than a list is silent of it."""
    if treatment.family not in INVASIVE or standing.state == PRESENT or standing.because not in ("", NOT_LISTED):
        return None
    return person.unmeasured(row)


def _harmed(treatment: Treatment, person: Person, tried: Mapping[str, Tried]) -> list[Caution]:
    """What was stopped because of harm and is much the same as this."""
    return [
        Caution(
            key, person.plan.treatments[key].name, PRESENT, effect,
            HARM if effect == "blocked" else MAY_HARM, "stopped because of harm", "", "",
        )
        for key, effect in harmed_alike(tried, treatment).items()
    ]  # fmt: skip


def _status(
    treatment: Treatment,
    situation: Situation,
    person: Person,
    part: Part,
    cautions: Sequence[Caution],
    tried: Tried | None,
) -> tuple[str, str]:
    hands_on = treatment.gate or treatment.family in HANDS_ON or treatment.id == WAITING
    beside = treatment.beside_emergency and part.role == "core"
    by_specialist = beside or (part.role == "specialist" and not hands_on)
    strict = [c for c in cautions if not _is_weighed(treatment, c, person, part)]
    barred = _barred(treatment, person, strict, tried)
    if situation.emergency and not (treatment.family == EMERGENCY_FAMILY or by_specialist):
        # what this person must not have is said in an emergency, too: it may be given meanwhile
        if barred:
            return "blocked", barred
        return ("blocked" if hands_on else "not_useful_now"), EMERGENCY_FIRST
    if treatment.family == EMERGENCY_FAMILY and not situation.emergency:
        return "not_useful_now", "no emergency is open"
    if blocked := barred or _waits(treatment, situation, person):
        return "blocked", blocked
    if useless := _useless(treatment, person, part, cautions, tried):
        return "not_useful_now", useless
    weighed = "; ".join(f"{c.name}: {WEIGHED}" for c in cautions if _is_weighed(treatment, c, person, part))
    if treatment.clearance and (ask := _ask(person, part, cautions, treatment)):
        return "ask_first", f"{weighed}; {ask}" if weighed else ask
    if weighed:
        return "needs_care", weighed
    if present := [c for c in cautions if c.state == PRESENT]:
        return "needs_care", "; ".join(f"{c.name}: {c.why}" for c in present)
    return "offered", part.use.why if part.use else ""


def _barred(treatment: Treatment, person: Person, cautions: Sequence[Caution], tried: Tried | None) -> str:
    """What of this person bars a treatment: harm before, a contraindication, or that it is taken already."""
    present = [c for c in cautions if c.state == PRESENT and c.effect == "blocked"]
    if tried and tried.result == STOPPED:
        return HARMED
    if present and any(person.is_itself(treatment, c.id) for c in present):
        told = [c for c in cautions if c.state == PRESENT and not person.is_itself(treatment, c.id)]
        treated = {person.treats(c.id) for c in present if person.is_itself(treatment, c.id)}
        if goes_on := _goes_on(treated - {""}, told, person):
            return goes_on
        reasons = "; ".join(f"{c.name} ({c.because}): {c.why}" for c in told)
        if tried and tried.result in FAILED:
            stop = f"{ALREADY}, and {FAILED[tried.result]}: {_stopping(treatment)}"
            return f"{stop}; this speaks against it, too: {reasons}" if reasons else stop
        if reasons:
            return f"{HARMFUL}; have it reviewed, and add no second one: {reasons}"
        return f"{ALREADY}; check that it is safe with the rest, and add no second one"
    return "; ".join(f"{c.name} ({c.because}): {c.why}" for c in present)


def _waits(treatment: Treatment, situation: Situation, person: Person) -> str:
    """What has to be settled before a treatment: a name that is not recognised, a warning sign, open questions."""
    if treatment.drug and (names := person.unmatched_medicines):
        entered = ", ".join(f"“{name}”" for name in names)
        which = "this medicine is" if len(names) == 1 else "these medicines are"
        return f"{entered}: {which} not recognised, so interactions cannot be checked; {RESOLVE}"
    if (treatment.gate or treatment.id == WAITING) and situation.pressing:
        return f"a warning sign comes first: {situation.pressing[0]}"
    if treatment.gate and (count := len({q for _, q in situation.open_questions})):
        return f"{count} red-flag question{'s are' if count > 1 else ' is'} {NOT_ANSWERED}"
    return ""


def _goes_on(treated: set[str], told: Sequence[Caution], person: Person) -> str:
    """Of a medicine that treats a condition, which is then no reason against it; empty where it is none."""
    if not treated:
        return ""
    names = " and ".join(person.plan.facts[key].name for key in sorted(treated))
    rest = [c for c in told if c.id not in treated and c.effect == "blocked"]
    reasons = "; ".join(f"{c.name} ({c.because}): {c.why}" for c in rest)
    if reasons:
        return f"{HARMFUL}; it treats {names}, so do not stop it but have it reviewed, and add no second one: {reasons}"
    return f"{ALREADY}; it treats {names} and goes on; a further one only with whoever prescribes it"


def _is_weighed(treatment: Treatment, caution: Caution, person: Person, part: Part) -> bool:
    """Whether the surgeon weighs a suspicion in an emergency, as what the operation is for is likelier.

    An operation that saves the bladder does not wait until a less likely infection is ruled out; the scan shows both.
    """
    fact, situation = person.plan.facts.get(caution.id), person.situation
    if fact is None or not fact.causes or not situation.emergency or treatment.family != "surgery":
        return False
    return caution.state == PRESENT and situation.share(fact.causes) < part.fits and not _rule_fired(fact.rules, person)


def _rule_fired(rules: Sequence[str], person: Person) -> bool:
    return any(rule in person.situation.rules for rule in rules)


def _stopping(treatment: Treatment) -> str:
    return "stop it step by step, not at once" if treatment.taper else "stop it"


def _useless(treatment: Treatment, person: Person, part: Part, cautions: Sequence[Caution], tried: Tried | None) -> str:
    if part.role == "none" or part.use is None:
        if part.other_stages:
            return "useful " + " or ".join(STAGE_WORDS[s] for s in part.other_stages) + ", not now"
        return "meant for other causes" if part.fits < 0.005 else f"meant for causes that have {part.fits:.0%} here"
    if part.role in ("against", "unproven"):
        return part.use.why
    if tried and tried.result in FAILED:
        taken = any(c.state == PRESENT and person.is_itself(treatment, c.id) for c in cautions)
        still = f"; still taken: {_stopping(treatment)}" if taken else ""
        return f"tried already, and {FAILED[tried.result]}{still}"
    for need in part.use.needs:
        if person.fact(need).state == ABSENT:
            return f"only with {person.plan.facts[need].name}"
    either = part.use.needs_any
    if either and all(person.fact(need).state == ABSENT for need in either):
        return "only with " + " or ".join(person.plan.facts[need].name for need in either)
    return ""


def _ask(person: Person, part: Part, cautions: Sequence[Caution], treatment: Treatment) -> str:
    open_ = [person.plan.facts[n].name for n in (part.use.needs if part.use else ()) if person.fact(n).state == UNKNOWN]
    either = part.use.needs_any if part.use else ()
    if either and not any(person.fact(n).state == PRESENT for n in either):
        open_.append(" or ".join(person.plan.facts[n].name for n in either))
    unknown = [c for c in cautions if c.state == UNKNOWN]
    asked = list(dict.fromkeys(c.name for c in unknown))
    parts = []
    if open_:
        parts.append("only with " + " and ".join(open_))
    if asked:
        parts.append("not known: " + ", ".join(asked))
    told = any(c.id == person.UNMATCHED for c in unknown)
    if person.unmatched_conditions and treatment.contraindications and not told:
        parts.append("a condition is not recognised; check it yourself")
    return "; ".join(parts)
