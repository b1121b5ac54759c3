"""An interview's next question, and what an answer says: shared by the terminal and the page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from foramen.anatomy import SIDES, opposite
from foramen.case import Case, Observation
from foramen.errors import ContradictionError
from foramen.records.evidence import UNSTATED
from foramen.records.state_words import NORMAL_WORDS

if TYPE_CHECKING:
    from foramen.assessment.result import NextFinding, UrgencyAnswer
    from foramen.inference.engine import Engine

ENOUGH = 0.04  # bits: below this no single answer is expected to change much
ZERO_WORDS = (*NORMAL_WORDS, "none", "below_200")  # first states that a plain "no" means


def with_answer(case: Case, found: Sequence[Observation], engine: Engine) -> Case:
    """The case with what was answered. Raises ``ContradictionError`` where it contradicts an earlier answer."""
    from foramen.records.evidence import combine_items, items_of

    changed = replace(case, observations=(*case.observations, *found))
    combine_items(items_of(changed, engine.model))
    return changed


def with_answers(
    case: Case, answers: Mapping[str, Sequence[Observation]], engine: Engine
) -> tuple[Case, tuple[str, ...]]:
    """The case with all answers by question, and the questions whose answer contradicts one before and is left out."""
    try:
        return with_answer(case, [o for found in answers.values() for o in found], engine), ()
    except ContradictionError:
        left_out = []
    for question, found in answers.items():
        try:
            case = with_answer(case, found, engine)
        except ContradictionError:
            left_out.append(question)
    return case, tuple(left_out)


def rules_urgency(case: Case, engine: Engine) -> UrgencyAnswer:
    """The urgency by the rules alone, which take little time; the model's part comes with the assessment."""
    from foramen.triage import urgency

    return urgency(case, engine, with_model=False)


def open_flags(urgency: UrgencyAnswer, asked: Collection[str], engine: Engine) -> list[Mapping[str, Any]]:
    """Red-flag questions still open that were not put yet, in the order of their topics."""
    known = engine.model.knowledge.findings
    return [row for row in urgency.not_yet_asked if row["finding"] in known and row["finding"] not in asked]


def best_questions(
    case: Case, engine: Engine, asked: Collection[str], burdens: Collection[str], limit: int = 40
) -> list[NextFinding]:
    """Findings not asked yet that tell enough to be worth a question, the one that tells most first."""
    from foramen.assessment.answer import posteriors
    from foramen.assessment.next_finding import next_findings
    from foramen.records.evidence import items_of, weigh_items

    items = items_of(case, engine.model)
    evidence = weigh_items(items)
    context = case.context()
    p = posteriors(engine, [evidence], context)[0]
    band = engine.band(context)
    known = {*asked, *(item.observation.finding for item in items)}
    found = next_findings(engine, evidence, p, band, known=known, limit=limit)
    return [n for n in found if n.gain >= ENOUGH and n.burden in burdens]


def sided(name: str, states: Sequence[str], answer: str, grades: Mapping[str, str] | None = None) -> list[Observation]:
    """What an answer about sides says: ``left`` means left only; ``yes`` leaves the side open.

    ``answer``: no, yes, left, right or both. ``grades``: the state by side (``""`` for yes); the first abnormal state
    where it is not given.
    """
    given = grades or {}
    if answer == "no":
        return [Observation(name, states[0], side="bilateral")]
    if answer == "yes":
        return [Observation(name, given.get("", states[1]), side=UNSTATED)]
    if answer == "both":
        return [Observation(name, given.get(side, states[1]), side=side) for side in SIDES]
    return [
        Observation(name, given.get(answer, states[1]), side=answer),
        Observation(name, states[0], side=opposite(answer)),
    ]
