"""How urgent a case is: the rules as a floor, the model's posteriors above it, and what was not yet asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from foramen.assessment.result import UrgencyAnswer
from foramen.case import Case
from foramen.inference.engine import Engine
from foramen.knowledge.schema import Knowledge, RedFlagRule
from foramen.records.evidence import Item, items_of
from foramen.triage.model_part import Raised, TooManyFlagsError, raised_by_model
from foramen.triage.rules import URGENCIES, Fired, Rulebook, hours
from foramen.triage.thresholds import Policy, read_policy
from foramen.triage.topics import not_yet_asked

Reason = dict[str, Any]
EMERGENCY = URGENCIES[-1]
ADULT_FROM = 18
LIKELY, UNLIKELY = 0.5, 0.1  # together, of the causes a rule warns of
_books: dict[str, tuple[Knowledge, Rulebook, Policy]] = {}


def rulebook(knowledge: Knowledge) -> tuple[Rulebook, Policy]:
    """The compiled rules and the policy of a knowledge base, kept for the next call."""
    kept = _books.get(knowledge.version)
    if kept is None or kept[0] is not knowledge:
        if len(_books) > 4:
            _books.clear()
        kept = _books[knowledge.version] = (knowledge, Rulebook(knowledge), read_policy(knowledge))
    return kept[1], kept[2]


def urgency(
    case: Case,
    engine: Engine,
    items: Sequence[Item] | None = None,
    *,
    setting: str | None = None,
    with_model: bool = True,
    shares: Mapping[str, float] | None = None,
) -> UrgencyAnswer:
    """The urgency of a case.

    ``shares``: P(cause leads) by cause, where known; it changes no level, only which of equal reasons comes first.

    ``items``: the case's evidence where the caller has read it already (``records.evidence.items_of``).
    ``with_model=False`` evaluates the rules alone. Where these say emergency the model is not asked, as it
    could not raise that. Raises ``CaseError`` or ``ContradictionError`` as reading the evidence does.
    """
    knowledge = engine.model.knowledge
    book, policy = rulebook(knowledge)
    stated = list(items_of(case, engine.model) if items is None else items)
    # among reasons of one urgency and time, what warns of the likely leads and what warns of the unlikely closes; then
    # the exact comes before the vague: what was seen, then what blood tests alone say, then what rests on more
    fired = sorted(
        book.fired(stated, case.age),
        key=lambda f: (
            _likelihood(f.rule, knowledge, shares), not _imaged(f, book), not _tested(f, book), -len(f.because)
        ),
    )  # fmt: skip
    reasons = [_from_rule(f, book, stated, case, knowledge) for f in fired]
    reasons += _from_person(case, policy, stated)
    if with_model and _highest(reasons) != EMERGENCY:
        flags = [i for i in stated if book.is_flag(i, policy.never_set_aside)]
        try:
            found = raised_by_model(engine, policy, case, stated, flags, case.context(setting))
            reasons += [_from_model(r) for r in found]
        except TooManyFlagsError:
            reasons.append(_many_flags(flags))
    likely = {f.rule.urgency for f in fired if _likelihood(f.rule, knowledge, shares) == 0}
    # what only the most alarming subset shows does not lead where a rule of its level warns of the likely cause; the
    # time it asks for still holds, as no finding may lengthen it
    reasons.sort(
        key=lambda r: (
            -URGENCIES.index(r["urgency"]), r["urgency"] in likely and _doubtful(r), hours(r["within"]),
        )
    )  # fmt: skip
    level = _highest(reasons)
    top = [r for r in reasons if r["urgency"] == level and r["within"]]
    first = top[0] if top else dict(policy.routine)
    top += _sooner(reasons, top) if level != EMERGENCY else []
    soonest = min(top, key=lambda r: hours(r["within"]), default=first)
    told = {str(r["id"]) for r in top}
    rules = [knowledge.red_flags[str(r["id"])] for r in reasons if r["kind"] == "rule" and str(r["id"]) in told]
    asked = not_yet_asked(knowledge, policy, case, stated)
    return UrgencyAnswer(
        level=level,
        within=soonest["within"],
        refer_to=first["refer_to"]
        if soonest is first
        else f"{first['refer_to']}. Before that, {soonest['within']}: {soonest['refer_to']}",
        provisional=level != EMERGENCY and bool(asked),
        reasons=tuple(reasons),
        not_yet_asked=tuple(asked),
        meanwhile=(*dict.fromkeys(r.meanwhile for r in rules if r.meanwhile), policy.safety_net),
        tell=tuple(dict.fromkeys(r.tell for r in rules if r.tell and r.id not in _spoken_for(fired, level, book))),
    )


def _sooner(reasons: Sequence[Reason], top: Sequence[Reason]) -> list[Reason]:
    """Reasons of a lower level that ask for less time than the highest: no rash waits for a scan in two weeks."""
    least = min((hours(r["within"]) for r in top), default=0.0)
    return [r for r in reasons if r["within"] and r not in top and hours(r["within"]) < least]


def _likelihood(rule: RedFlagRule, knowledge: Knowledge, shares: Mapping[str, float] | None) -> int:
    """0 for a rule whose causes are likely, 2 where they are unlikely, 1 otherwise and for a state of any cause."""
    if not rule.causes or not shares:
        return 1
    named = [
        c for c in knowledge.causes.values() if c.id in rule.causes or {"@" + g for g in c.groups} & {*rule.causes}
    ]
    share = sum(shares.get(c.id, 0.0) for c in named)
    return 0 if share >= LIKELY else 2 if share < UNLIKELY else 1


def _doubtful(reason: Reason) -> bool:
    """Whether the model gives a danger, below emergency, little as the case stands: it leads nothing."""
    return reason["kind"] == "model" and reason["urgency"] != EMERGENCY and reason["probability"] < UNLIKELY


def _spoken_for(fired: Sequence[Fired], level: str, book: Rulebook) -> set[str]:
    """Rules whose words to the patient another of this level takes over, where both rest on the same weak muscles."""
    muscles = {f.rule.id: {k for n in f.because if (k := book.names[n][0]).startswith("power_")} for f in fired}
    return {
        other
        for f in fired
        if f.rule.urgency == level
        for other in f.rule.speaks_for
        if other in muscles and muscles[other] <= muscles[f.rule.id]
    }


def _imaged(fired: Fired, book: Rulebook) -> bool:
    """Whether a rule holds because of something seen on images."""
    return any(book.names[n][0].startswith("img_") for n in fired.because)


def _tested(fired: Fired, book: Rulebook) -> bool:
    """Whether a rule rests on blood tests alone."""
    findings = book.knowledge.findings
    names = {book.names[n][0] for n in fired.because}
    return all(name in findings and findings[name].burden == "laboratory" for name in names)


def _highest(reasons: Sequence[Reason]) -> str:
    return max((r["urgency"] for r in reasons), key=URGENCIES.index, default=URGENCIES[0])


def _reason(kind: str, name: str, urgency: str, **more: Any) -> Reason:
    empty: Reason = {"why": "", "within": "", "refer_to": "", "findings": (), "figures": (), "sources": ()}
    return {"kind": kind, "id": more.pop("id", kind), "name": name, "urgency": urgency, **empty, **more}


def _from_rule(fired: Fired, book: Rulebook, items: Sequence[Item], case: Case, knowledge: Knowledge) -> Reason:
    rule = fired.rule
    sources = dict.fromkeys(knowledge.figures[f].source for f in rule.sources)
    return _reason(
        "rule", rule.name, rule.urgency, id=rule.id, why=rule.why, within=rule.within, refer_to=rule.refer_to,
        findings=book.labels(fired.because, items, case.age), figures=rule.sources, sources=tuple(sources),
    )  # fmt: skip


def _from_person(case: Case, policy: Policy, items: Sequence[Item]) -> list[Reason]:
    out = []
    if case.age is not None and case.age < ADULT_FROM:
        words = dict(policy.below_18)
        out.append(_reason("below_18", words.pop("name"), words.pop("urgency"), **words))
    pregnant = [i.label for i in items if "pregnancy" in i.vectors and not i.vectors["pregnancy"][0]]
    if pregnant:
        words = dict(policy.pregnancy)
        out.append(_reason("pregnancy", words.pop("name"), URGENCIES[0], findings=tuple(pregnant), **words))
    return out


def _many_flags(flags: Sequence[Item]) -> Reason:
    return _reason(
        "many_flags", f"{len(flags)} red flags together", EMERGENCY,
        why="So many warning signs cannot be weighed one against another; together they are an emergency.",
        within="same day", refer_to="Emergency department", findings=tuple(i.label for i in flags),
    )  # fmt: skip


def _from_model(raised: Raised) -> Reason:
    t, step = raised.threshold, raised.step
    why = f"The model gives {raised.probability:.0%} to {t.name}"
    if raised.set_aside:
        why += f", and {raised.highest:.0%} if these are set aside: {'; '.join(raised.set_aside)}"
        why += " (one warning sign is not allowed to explain another away)"
    return _reason(
        "model", f"Probability of {t.name}", step.urgency, id="model_" + t.id, within=step.within,
        why=f"{why}. From {step.p:.0%} on it counts as {step.urgency}: {step.number.reason}.",
        refer_to=t.refer_to, probability=raised.probability, highest=raised.highest,
    )  # fmt: skip
