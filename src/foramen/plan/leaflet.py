"""A leaflet for the patient in plain words. It always sends to a doctor, in an emergency at once. No doses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from foramen.plan.barred import barred
from foramen.plan.options import ALREADY
from foramen.plan.person import AGE, PRESENT, Person
from foramen.plan.result import STATUSES, Caution, CourseAnswer, LeafletLine, OptionAnswer
from foramen.plan.role import USEFUL
from foramen.plan.seen import without_answered
from foramen.plan.situation import Situation
from foramen.plan.tried import FAILED, tried_by_treatment
from foramen.records.listed import TAKES
from foramen.records.times import weeks

RETURN_AT_ONCE = (
    "You cannot pass water, or cannot hold water or stools.",
    "You feel numb between your legs or around your bottom.",
    "Your leg or foot gets weak, or gets weaker.",
    "The pain spreads to both legs, or gets much worse fast.",
    "You have a fever or feel very ill.",
    "You get a sudden, tearing pain in your back or belly.",
)
CLOSING = (
    "This leaflet helps you talk with your doctor. It does not replace a doctor. "
    "Please show it to your doctor and ask all you want to know."
)
WHEN = {
    "emergency": "Get help today. Go to the emergency department now, or call an ambulance.",
    "urgent": "See a doctor soon. Do not wait longer than this: {within}.",
    "soon": "See your doctor in the next weeks.",
    "routine": "See your doctor. You can book a normal visit.",
}
HELPS = ("advice", "exercise", "medicine", "physical", "manual", "psychological")
AVOIDED = (*HELPS, "injection")  # families that may be named as not to be done
# what only a specialist does; told where it is due, not before
SPECIALIST = ("referral", "injection", "procedure", "surgery")
FAMILY_DOCTOR = "primary_care_review"
NOT_ALL_ASKED = (
    "You have not been asked about all warning signs yet. Read the list of signs in this leaflet. If one fits, go at "
    "once. Talk with your doctor about the others."
)
PAIN_RELIEF = (
    "If you are in pain, ask for pain relief as soon as you get there. You need not wait for the scan or the tests."
)
TOLD = 4  # texts of rules; more would not be read
MOST = 6  # treatments named in one list
FEW = 4  # of what a specialist decides
UNSAFE = "nsaid_unsafe"  # tells of the other medicine, not of a reason against this one
PAIR, OF_PAIR = "kidney_medicines_together", ("diuretic", "ace_inhibitor_or_arb")  # told once
UNKNOWN_CAUSE = "We do not know yet. Your doctor will find out more."
TAKEN = (
    "You take this now: {name}. It may not be safe for you because of this: {reasons}. Do not stop it on your own. Ask "
    "your doctor or pharmacist soon, best before you take it next, if you should go on with it."
)
TAKEN_FAILED = (
    "You take this now: {name}. It has not helped you. Ask your doctor or pharmacist soon if and how to stop it."
)
LIKELY, POSSIBLE = "This is likely: {cause}.", "This is possible: {cause}."
TREATMENT = "{name}. {plain}"
ASK_BECAUSE = "{name}. {plain} Ask first, because of this: {reasons}."
NOT_NOW = "Not now: {names}."
NOT_NOW_BECAUSE = "Not now, because of this ({reasons}): {names}."
HEADINGS = {
    "title": "Your back and your nerve",
    "when": "How soon should I see a doctor?",
    "causes": "What may be going on?",
    "helps": "What can help now?",
    "ask": "What may help, but only after I have asked my doctor?",
    "specialist": "What could I talk about with a specialist?",
    "course": "How will it go on?",
    "avoid": "What should not be done for now?",
    "return": "Go to the emergency department at once if:",
}
SENTENCES = (
    *RETURN_AT_ONCE, CLOSING, *WHEN.values(), PAIN_RELIEF, NOT_ALL_ASKED, UNKNOWN_CAUSE, LIKELY, POSSIBLE, TREATMENT,
    ASK_BECAUSE, NOT_NOW, NOT_NOW_BECAUSE, TAKEN, TAKEN_FAILED, *HEADINGS.values(),
)  # fmt: skip
ITEMS = ("helps", "ask", "specialist", "return")  # parts whose lines are a list


def leaflet(lines: Sequence[LeafletLine], say: Callable[[str], str] = str) -> str:
    """The leaflet as text with headings (lines that end with a colon or a question mark) and lists.

    ``say`` gives a sentence in another language.
    """
    out = [say(HEADINGS["title"])]
    part = ""
    for line in lines:
        if line.part != part:
            out += ["", *([say(HEADINGS[line.part])] if line.part in HEADINGS else [])]
            part = line.part
        out.append(("- " if part in ITEMS else "") + told(line, say))
    return "\n".join(out)


def told(line: LeafletLine, say: Callable[[str], str] = str) -> str:
    """One line in words, its values put in; ``say`` gives a sentence in another language."""
    values = {name: ", ".join(say(text) for text in texts) for name, texts in line.values.items()}
    return say(line.text).format(**values) if values else say(line.text)


def leaflet_lines(
    s: Situation, person: Person, options: Sequence[OptionAnswer], course: CourseAnswer | None
) -> tuple[LeafletLine, ...]:
    """What the leaflet says, sentence by sentence."""
    within_days = s.urgency == "soon" and (weeks(s.within) or 2) <= 1  # as for a possible shingles
    how_soon = WHEN["urgent"] if within_days else WHEN.get(s.urgency, WHEN["urgent"])
    lines = [LeafletLine("when", how_soon, {"within": (s.within,)})]
    lines += [LeafletLine("when", text) for text in _told(s)]
    taken = _taken(options, s, person)
    if s.emergency:
        lines.append(LeafletLine("when", PAIN_RELIEF))
        lines += [line for line in taken if line.text == TAKEN]
    else:
        lines += taken
        lines += _causes(s)
        now = [o for o in options if o.step == "now" and o.role in ("core", "option") and o.family in HELPS]
        # what others do to the spine is no advice to help oneself: they look at it first
        alone = [o for o in now if o.status == "offered" and not s.knowledge.plan.treatments[o.treatment].gate]
        asked = [o for o in now if o.status in STATUSES[:3] and o not in alone]
        lines += [_item("helps", o, s) for o in alone[:MOST]]
        lines += [_item("ask", o, s) for o in asked[:MOST]]
        lines += [_item("specialist", o, s) for o in _by_specialist(options, s)[:FEW]]
        if course and course.curves[0].words:
            lines.append(LeafletLine("course", course.curves[0].words))
    lines += _avoided(options, s)
    lines += [LeafletLine("return", text) for text in RETURN_AT_ONCE]
    return (*lines, LeafletLine("closing", CLOSING))


def _by_specialist(options: Sequence[OptionAnswer], s: Situation) -> list[OptionAnswer]:
    """A referral that is due and what may follow from it; of ways of giving the same, the first."""
    out: list[OptionAnswer] = []
    for o in options:
        open_ = o.role in USEFUL and o.status in STATUSES[:2] and o.family in SPECIALIST
        like = s.knowledge.plan.treatments[o.treatment].same_way
        if open_ and o.treatment != FAMILY_DOCTOR and not any(x.treatment in like for x in out):
            out.append(o)
    return sorted(out, key=lambda o: SPECIALIST.index(o.family))


def _told(s: Situation) -> list[str]:
    """What the rules of the highest urgency say to the patient."""
    told = list(without_answered(s, s.tell)[:TOLD])
    if s.open_questions and not s.emergency:
        told.append(NOT_ALL_ASKED)
    return told


def _taken(options: Sequence[OptionAnswer], s: Situation, person: Person) -> list[LeafletLine]:
    """What is taken already although something speaks against it or it did not help, as it was entered, each once."""
    plan = s.knowledge.plan
    tried = tried_by_treatment(s)
    lines: dict[str, LeafletLine] = {}
    for o in options:
        own = [
            c
            for c in o.cautions
            if c.effect == "blocked" and c.state == PRESENT and person.is_itself(plan.treatments[o.treatment], c.id)
        ]
        if not own:
            continue
        name = own[0].because.removeprefix(TAKES) if own[0].because.startswith(TAKES) else own[0].name
        itself = {c.name for c in own} | {plan.facts[key].name for c in own if (key := person.treats(c.id))}
        if reasons := tuple(r for r in _reasons(o, s, ("blocked", "care")) if r not in itself):
            lines.setdefault(name, LeafletLine("when", TAKEN, {"name": (name,), "reasons": reasons}))
        elif o.treatment in tried and tried[o.treatment].result in FAILED:
            lines.setdefault(name, LeafletLine("when", TAKEN_FAILED, {"name": (name,)}))
    return list(lines.values())


def _causes(s: Situation) -> list[LeafletLine]:
    likely = sorted(s.causes.items(), key=lambda row: -row[1])[:2]
    lines = [
        LeafletLine("causes", LIKELY if p >= 0.55 else POSSIBLE, {"cause": (s.knowledge.causes[cause].plain,)})
        for cause, p in likely
        if p >= 0.2
    ]
    return lines or [LeafletLine("causes", UNKNOWN_CAUSE)]


def _item(part: str, o: OptionAnswer, s: Situation) -> LeafletLine:
    values = {"name": (o.name,), "plain": (o.plain,)}
    reasons = _reasons(o, s, ("blocked", "care"))
    return (
        LeafletLine(part, ASK_BECAUSE, {**values, "reasons": reasons})
        if reasons
        else LeafletLine(part, TREATMENT, values)
    )


def _avoided(options: Sequence[OptionAnswer], s: Situation) -> list[LeafletLine]:
    """What is barred, one line a reason, all of them; without one where it waits or a finding alone bars it.

    In an emergency only the medicines that an illness or another medicine bars: they may be taken on the way.
    """
    families = ("medicine",) if s.emergency else AVOIDED
    lines = []
    left: list[str] = []
    named: set[str] = set()
    for b in barred(options, s.knowledge.plan, emergency=s.emergency):
        names = tuple(o.name for o, _ in b.rows if o.family in families and not (s.emergency and b.passes))
        named |= {o.treatment for o, _ in b.rows}
        if reasons := tuple(c.name for c in _told_once(b.shared()) if _for_patient(c, s)):
            lines += [LeafletLine("avoid", NOT_NOW_BECAUSE, {"reasons": reasons, "names": names})] if names else []
        else:
            left += names
    waits = [o for o in options if o.status == "blocked" and o.role in USEFUL and o.family in families]
    rest = [o.name for o in waits if o.treatment not in named and not o.reason.startswith(ALREADY)]
    if left or rest:
        lines.append(LeafletLine("avoid", NOT_NOW, {"names": (*left, *rest[:MOST])}))
    return lines


def _reasons(o: OptionAnswer, s: Situation, effects: Sequence[str]) -> tuple[str, ...]:
    """Names of this person's conditions and medicines that speak against a treatment, without what follows from it."""
    plan = s.knowledge.plan
    told = _told_once([c for c in o.cautions if c.state == PRESENT and c.effect in effects and c.id != UNSAFE])
    return tuple(dict.fromkeys(c.name for c in told if c.id in plan.facts or c.id in plan.medicines))


def _told_once(cautions: Sequence[Caution]) -> list[Caution]:
    """Cautions without the medicines of a pair that is told itself."""
    paired = any(c.id == PAIR for c in cautions)
    return [c for c in cautions if not (paired and c.id in OF_PAIR)]


def _for_patient(c: Caution, s: Situation) -> bool:
    return c.id in s.knowledge.plan.facts or c.id in s.knowledge.plan.medicines or c.id == AGE
