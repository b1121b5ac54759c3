"""When imaging is indicated now, may be considered, or is not indicated, by published criteria."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.knowledge.plan_schema import ImagingAdvice
from foramen.plan.person import ABSENT, PRESENT, UNKNOWN, Person
from foramen.plan.result import ImagingAnswer
from foramen.plan.seen import seen_by
from foramen.plan.situation import Situation
from foramen.records.known import ABNORMAL, known_state

ADULT_FROM = 18
DEVICE = "electronic_implant"
DEVICE_CHECK = "device in the body: check first that it is MRI-conditional (its card, or the clinic that follows it)"
_MODALITY = {"mri": "MRI", "ct": "CT", "xray": "Radiograph", "ultrasound": "Ultrasound"}
_RANK = ("now", "consider", "not_now")


def imaging_of(situation: Situation, person: Person, stages: Sequence[str]) -> tuple[ImagingAnswer, ...]:
    """Advice that applies, most pressing first; "not now" is left out where something is indicated now."""
    found = []
    for advice in situation.knowledge.plan.imaging.values():
        words = None if seen_by(advice, situation) else _applies(advice, situation, person, stages)
        if words is not None:
            because, conditional = words
            if done := _done(advice, situation):
                if advice.advice != "now":
                    continue
                because = f"{because}; {done}"
            if check := _device(advice, person):
                because = f"{because}; {check}" if because else check
            # what rests on something nobody has said, or has been done, is at most to be considered
            how = "consider" if advice.advice == "now" and (conditional or done) else advice.advice
            sources = dict.fromkeys(situation.knowledge.figures[f].source for f in advice.sources)
            found.append(
                ImagingAnswer(
                    advice.id, advice.name, how, advice.modality, advice.within, advice.why, because,
                    advice.stance, tuple(sources),
                )
            )  # fmt: skip
    replaced = {other for a in found for other in situation.knowledge.plan.imaging[a.id].instead_of}
    found = [a for a in found if a.id not in replaced]
    found.sort(key=lambda a: _RANK.index(a.advice))
    if any(a.advice == "now" for a in found):
        found = [a for a in found if a.advice != "not_now"]
    return tuple(found)


def _applies(advice: ImagingAdvice, s: Situation, person: Person, stages: Sequence[str]) -> tuple[str, bool] | None:
    """Why an advice applies and whether that rests on something not known; None where it does not apply."""
    fired = [rule for rule in advice.rules if rule in s.rules]
    share = s.share(advice.causes)
    likely = bool(advice.causes) and share >= advice.at_least
    stated = [name for name in advice.stated if _stated(name, s)]
    if (advice.rules or advice.causes or advice.stated) and not fired and not likely and not stated:
        return None
    if any(_stated(name, s) for name in advice.not_with):
        return None
    if not set(stages) <= set(advice.stages) or (advice.no_red_flag and (s.pressing or s.emergency)):
        return None
    words = [s.knowledge.red_flags[fired[0]].name] if fired else ([f"probability {share:.0%}"] if likely else [])
    words += [] if words else [_name(name, s) for name in stated]
    conditional = False
    for need in advice.needs:
        state = _need(need, s, person)
        if state == ABSENT:
            return None
        if state == UNKNOWN:
            words.append(f"if {need.replace('_', ' ')}")
            conditional = True
    return "; ".join(words), conditional


def _done(advice: ImagingAdvice, s: Situation) -> str:
    """Words for a complete study of the case that shows what is asked for; empty in an emergency: it may be newer."""
    for study in s.case.studies if not s.emergency else ():
        if study.complete and (study.modality, study.region) in advice.seen_on:
            name = f"{_MODALITY[study.modality]}, {study.region.replace('_', ' ')},"
            return f"{name} is listed already: again only if older than these complaints or unclear"
    return ""


def _device(advice: ImagingAdvice, person: Person) -> str:
    """What to check before an MRI of someone who carries a device; most that are new allow one, not all."""
    if "MRI" not in advice.modality or advice.advice == "not_now" or person.fact(DEVICE).state != PRESENT:
        return ""
    return DEVICE_CHECK


def _stated(name: str, s: Situation) -> bool:
    """Whether a finding, or one of those that a composite stands for, is present somewhere."""
    composite = s.knowledge.composites.get(name)
    return known_state(composite.any_of if composite else [name], s.knowledge, s.evidence) == ABNORMAL


def _name(name: str, s: Situation) -> str:
    return (s.knowledge.composites.get(name) or s.knowledge.findings[name]).name


def _need(need: str, s: Situation, person: Person) -> str:
    """Whether a need is met; unknown for what only the clinician can say, absent for what nobody has mentioned."""
    match need:
        case "child":
            return PRESENT if s.case.age is not None and s.case.age < ADULT_FROM else ABSENT
        case "conclusive_imaging_done":
            return PRESENT if s.culprit else ABSENT
        case "no_conclusive_imaging":
            return ABSENT if s.culprit else PRESENT
        case "conservative_care_not_tried":
            return {PRESENT: ABSENT, ABSENT: PRESENT}.get(person.fact("conservative_care_failed").state, UNKNOWN)
        case "mri_impossible":
            return PRESENT if person.fact(DEVICE).state == PRESENT else ABSENT
        case "conservative_care_failed":
            return person.fact(need).state
    if need not in person.plan.facts:
        return UNKNOWN
    return PRESENT if person.fact(need).state == PRESENT else ABSENT
