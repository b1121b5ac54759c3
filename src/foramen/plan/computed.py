"""Facts about a person that follow from the rest of the case: what is taken, tried, examined or seen on a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foramen.plan.herniation import contained, extruded, free_large_or_many
from foramen.plan.tried import STOPPED, failed_care, failed_medicine, tried_by_treatment
from foramen.records.known import ABNORMAL, NORMAL
from foramen.records.names import plain

if TYPE_CHECKING:
    from foramen.plan.person import Person

PRESENT, ABSENT, UNKNOWN = "present", "absent", "unknown"
NSAID = "nsaid_tablet"
CLINIC = "spine_clinic"
EXAMINED = "power_"  # findings that somebody has tested strength
PAIR = ("diuretic", "ace_inhibitor_or_arb")
STRESS_FRACTURE, STRESS_SCAN = "spondylolysis", "mri_pars_stress_fracture"
_NOTHING = ("", "")


def computed(person: Person, name: str) -> tuple[str, str]:
    """State of a computed fact with what says so; empty where the case says nothing of it."""
    s = person.situation
    match name:
        case "radicular_pain":
            return (PRESENT if s.no_root < 0.5 else ABSENT), f"a root is affected with {1 - s.no_root:.0%}"
        case "concordant_imaging" if s.culprit is not None:
            return (PRESENT if s.culprit else ABSENT), "imaging"
        case "conservative_care_failed":
            failed = failed_care(s)
            return (PRESENT, f"tried: {failed}") if failed else _NOTHING
        case "analgesia_failed":
            failed = failed_medicine(s)
            return (PRESENT, f"tried: {failed}") if failed else _NOTHING
        case "in_specialist_care":
            return (PRESENT if s.case.setting == CLINIC else ABSENT), "setting"
        case "kidney_medicines_together":
            return _pair(person)
        case "kidney_medicines_risky":
            return _pair_at_risk(person)
        case "stomach_risks":
            return _counted(person, name)
        case "two_antiplatelets":
            taken = _substances(person, "antiplatelet")
            return (PRESENT, f"takes {', '.join(taken)}") if len(taken) > 1 else (ABSENT, "not two of them known")
        case "nerves_examined":
            keys = {*s.evidence.vectors, *(key for told in s.evidence.any_of for key in told)}
            return (PRESENT, "strength was tested") if any(k.startswith(EXAMINED) for k in keys) else _NOTHING
        case "nerve_signs_unclear":
            return _nerve_signs(person)
        case "contained_herniation":
            return contained(person)
        case "extruded_herniation":
            return extruded(person)
        case "disc_sequestered_or_multilevel":
            return free_large_or_many(person)
        case "stress_fracture_unseen":
            return _stress_fracture(person)
        case "emergency_now":
            return (PRESENT if s.emergency else ABSENT), "urgency"
        case "nsaid_unsafe":
            if harmed := _harmed(person, NSAID):
                return PRESENT, f"{harmed}: stopped because of harm"
            bars = person.bars(NSAID)
            return (PRESENT, ", ".join(bars)) if bars else (ABSENT, "nothing known bars one")
    return _NOTHING


def _harmed(person: Person, treatment: str) -> str:
    """A treatment, or what does the same by another way, that was stopped because of harm; empty where none was."""
    spec = person.plan.treatments.get(treatment)
    tried = tried_by_treatment(person.situation) if spec else {}
    like = (treatment, *spec.same_way) if spec else ()
    return next((person.plan.treatments[key].name for key in like if key in tried and tried[key].result == STOPPED), "")


def _substances(person: Person, key: str) -> list[str]:
    """Substances of a class that are taken, each once, by what the names and brands hold."""
    if not person.taken.get(key):
        return []
    medicine = person.plan.medicines[key]
    holds = {plain(name): held for name, held in medicine.holds.items()}
    brands = {plain(brand): stands for brand, stands in person.plan.medicine_names.items() if brand in medicine.names}
    own = {plain(name) for name in medicine.names}
    out: dict[str, None] = {}
    for taken in person.taken.get(key, ()):
        named = [n for n in map(plain, brands.get(taken, (taken,))) if n in own]
        out |= dict.fromkeys(held for name in named for held in holds.get(name, (name,)))
    return list(out)


def _pair(person: Person) -> tuple[str, str]:
    pair = [person.medicine(m) for m in PAIR]
    both = all(m.state == PRESENT for m in pair)
    return (PRESENT, ", ".join(m.because for m in pair)) if both else (ABSENT, "not both known")


def _pair_at_risk(person: Person) -> tuple[str, str]:
    """The two medicines in someone whose kidneys have nothing to spare."""
    state, why = _pair(person)
    kidneys, age = person.fact("kidney_disease"), person.situation.case.age
    old = age is not None and age >= _limit(person, "kidney_medicines_risky")
    if state == PRESENT and (old or kidneys.state == PRESENT):
        return PRESENT, f"{why}; {kidneys.because if kidneys.state == PRESENT else f'age {age:g}'}"
    return ABSENT, "not both known"


def _counted(person: Person, fact: str) -> tuple[str, str]:
    """Whether as many as its limit of what a fact counts are so."""
    rows = person.plan.facts[fact].counts
    so = [row for row in rows if person.standing(row).state == PRESENT]
    age, findings = person.situation.case.age, person.situation.knowledge.findings
    words = dict.fromkeys(f"age {age:g}" if r.kind.startswith("age_") else person.plan.words(r, findings) for r in so)
    return (PRESENT, "; ".join(words)) if len(so) >= _limit(person, fact) else (ABSENT, "not so many known")


def _limit(person: Person, fact: str) -> float:
    number = person.plan.facts[fact].limit
    assert number is not None
    return number.total


def _nerve_signs(person: Person) -> tuple[str, str]:
    """Absent where strength is normal and there is no leg complaint, or feeling is normal as well."""
    states = {name: person.known(name) for name in ("power_leg", "sens_leg", "pain_leg", "numb_leg")}
    if states["power_leg"] == NORMAL and ABNORMAL not in (states["sens_leg"], states["numb_leg"]):
        if states["sens_leg"] == NORMAL:
            return ABSENT, "strength and feeling are normal"
        if states["pain_leg"] == NORMAL:
            return ABSENT, "strength is normal and the leg does not hurt"
    return _NOTHING


def _stress_fracture(person: Person) -> tuple[str, str]:
    s = person.situation
    share = s.share(frozenset([STRESS_FRACTURE]))
    grown = s.case.age is not None and s.case.age >= _limit(person, "stress_fracture_unseen")
    if share >= person.plan.imaging[STRESS_SCAN].at_least and s.culprit is None and not grown:
        return PRESENT, f"the model gives it {share:.0%}"
    return ABSENT, "not likely, or imaged"
