"""``assess``: everything Foramen answers about one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from foramen.anatomy import LESION_SIDES, ROOTS, SETTINGS, SIDES
from foramen.assessment import culprit as culprit_answers
from foramen.assessment.answer import culprits, joints, shift_posterior
from foramen.assessment.discordance import discordance
from foramen.assessment.estimated import (
    Projections,
    cause_answers,
    companion_answers,
    place_answers,
    root_answers,
    side_answers,
)
from foramen.assessment.explain import cause_mask, counterfactuals, place_mask, root_mask, weights
from foramen.assessment.intervals import (
    COVERED,
    DRAWS,
    MOST_DRAWS,
    SUMMARY_COVERED,
    SUMMARY_DRAWS,
    Drawn,
    drawn_posteriors,
    interval,
    scenarios_that_matter,
)
from foramen.assessment.next_finding import next_findings
from foramen.assessment.result import (
    Assessment,
    CauseAnswer,
    CulpritAnswer,
    Estimate,
    NextFinding,
    PlaceAnswer,
    RootAnswer,
    SourceNote,
    UrgencyAnswer,
    Weight,
)
from foramen.assessment.side import told_side
from foramen.assessment.warn import unexplained_items, warnings_for
from foramen.assessment.words import SUSPECTED_FIGURE, cauda_suspected, next_line, place_words, referral_note, summary
from foramen.case import NOT_KNOWN, Case
from foramen.errors import CaseError
from foramen.inference.engine import Engine, normalise, ranked
from foramen.inference.threads import one_thread
from foramen.model.levels import SHIFTS
from foramen.model.parameters import Floats
from foramen.plan.make import make_plan
from foramen.plan.result import PlanAnswer
from foramen.plan.situation import Situation
from foramen.records.evidence import EvidenceSet, Item, combine_items, items_of, weigh_items
from foramen.records.old import with_time
from foramen.triage import urgency as urgency_of
from foramen.triage.unsafe import unsafe_tests
from foramen.values import choice, is_one_of, whole_number

SHOWN_PLACES = 12
DETAILS = ("full", "summary")
CAUDA = "Cauda equina syndrome"
CAUDA_FROM = 0.01  # P(cauda equina) from which it is explained; below, its block only told what nobody asked


@lru_cache(maxsize=1)
def default_engine() -> Engine:
    """The engine of the shipped knowledge, built once per process."""
    return Engine()


def assess(
    case: Case,
    *,
    setting: str | None = None,
    engine: Engine | None = None,
    draws: int | None = None,
    detail: str = "full",
) -> Assessment:
    """Assess a case.

    ``setting`` overrides the case's; ``draws`` is the number of parameter draws behind the intervals: ``DRAWS``, or
    ``SUMMARY_DRAWS`` for a summary, unless given, 1 to ``MOST_DRAWS``; the answer names it.
    ``detail``: ``full``, or ``summary`` for many cases at once: the same urgency, probabilities, verdicts and
    warnings, intervals of fewer draws, without why, what next and what helps. Then these are empty: ``weights``,
    ``counterfactuals``, ``next_findings``, ``unexplained``, ``referral_note``, the culprits' ``reason`` and
    ``sources``, the fourth line of ``summary``; ``plan`` is None, and ``sources`` are those of the urgency.
    Raises ``CaseError`` for findings that are unknown or impossible, ``ContradictionError`` where two
    findings cannot both be true.
    """
    if not is_one_of(detail, DETAILS):
        raise CaseError("unknown detail", field="detail", given=detail, allowed=DETAILS)
    if not isinstance(case, Case):
        raise CaseError(
            "assess takes a Case", field="case", given=type(case).__name__, cure="foramen.read_case makes one."
        )
    if engine is not None and not isinstance(engine, Engine):
        raise CaseError("assess takes an Engine", field="engine", given=type(engine).__name__)
    if draws is None:
        draws = DRAWS if detail == "full" else SUMMARY_DRAWS
    else:
        draws = whole_number(draws, "draws", "draws", 1, MOST_DRAWS)
    setting = choice(setting, SETTINGS, "setting", unknown=NOT_KNOWN)
    with one_thread():
        return _assess(case, engine or default_engine(), setting, draws, detail)


def _assess(case: Case, engine: Engine, setting: str | None, draws: int, detail: str) -> Assessment:
    model, in_full = engine.model, detail == "full"
    context = case.context(setting)
    items = items_of(case, model)
    evidence = weigh_items(items)
    stated_only = weigh_items([i for i in items if not i.silent])
    left_out = [weigh_items([x for x in items if x is not item]) for item in items if item.counts and in_full]
    joint = joints(engine, [evidence, *left_out], context)
    p = normalise(joint[:1])[0]
    found = culprit_answers.imaged(engine, evidence, items)
    # how images are numbered matters only to what they show
    shifts = shift_posterior(engine, evidence, context) if found else np.zeros((len(SHIFTS), len(p)))
    told = told_side(items, model)
    masks = culprit_answers.masks_of(engine, found, told)
    point_culprits, no_culprit = culprits(p[None], shifts, masks)

    cause_p, companion_p, place_p, rest_p = engine.targets.of_one(p)
    best = np.append(engine.targets.likeliest(p, ranked(cause_p)), engine.targets.likeliest_cauda(p))
    keep = scenarios_that_matter(p, best, COVERED if draws >= DRAWS else SUMMARY_COVERED)
    from_silence = joint[0, keep] - joints(engine, [stated_only], context, keep)[0]
    q = drawn_posteriors(engine, stated_only, context, keep, from_silence, draws)
    drawn = Drawn(p, keep, model.scenarios.lead, q)
    some = Projections(engine, keep)
    of_kept = partial(culprits, shifts=shifts[:, keep], masks=masks[:, :, keep])
    drawn_culprits = drawn.answers(point_culprits[0], lambda q: of_kept(q)[0])
    drawn_none = drawn.answers(no_culprit, lambda q: of_kept(q)[1][:, None])[:, 0]

    causes = cause_answers(engine, cause_p, drawn.answers(cause_p, some.causes))
    shown = ranked(place_p)[:SHOWN_PLACES]
    places = place_answers(
        engine, shown, place_p[shown], drawn.answers(place_p[shown], lambda q: some.places(q, shown))
    )
    roots, cauda, no_root = root_answers(rest_p, drawn.answers(rest_p, some.rest))
    beside = companion_answers(engine, companion_p, drawn.answers(companion_p, some.companions))
    band = engine.band(context)
    shares = dict(zip(model.scenarios.causes, cause_p.tolist(), strict=True))
    urgency = urgency_of(case, engine, items, setting=setting, shares=shares)
    none_imaged = Estimate(float(no_culprit[0]), *interval(float(no_culprit[0]), drawn_none)) if found else None
    seen = culprit_answers.verdicts(engine, found, point_culprits[0], drawn_culprits, told)
    shared = culprit_answers.together(found, seen, masks, shifts, p)
    understood = tuple(with_time(i.label, i.observation) for i in items if i.stated and not i.silent)
    brief = Assessment(
        case=case.id,
        context=context,
        knowledge_version=model.knowledge.version,
        summary=summary(
            urgency, causes, places, roots, no_root, beside, seen, none_imaged, shared, culprit_answers.told_of(case)
        ),
        urgency=urgency,
        causes=tuple(causes),
        places=tuple(places),
        sides=side_answers(engine, told, p, drawn, keep),
        roots=tuple(roots),
        no_root_affected=no_root,
        cauda_equina=cauda,
        companions=tuple(beside),
        culprits=tuple(seen),
        no_imaged_culprit=none_imaged,
        weights=(),
        counterfactuals=(),
        next_findings=(),
        unexplained=(),
        warnings=tuple(warnings_for(engine, case, items, p, context)),
        referral_note="",
        sources=tuple(_sources(engine, (), (), urgency, None, cauda)),
        discordance=discordance(seen, none_imaged, causes, places, roots, case.studies),
        understood=understood,
        draws=draws,
        detail=detail,
    )
    if not in_full:
        return brief
    leading = _leading(engine, causes, places, roots, cauda.probability)
    found_weights = weights(engine, items, p, _without(p, items, normalise(joint[1:])), leading)
    explains = [name for name, _, _ in leading if name not in (causes[1].name, CAUDA)]
    seen = culprit_answers.with_reasons(engine, found, seen, p, masks, band, found_weights, explains, items, told)
    plan = make_plan(
        _situation(engine, case, combine_items(items), urgency, causes, no_root.probability, cauda.probability, seen)
    )
    stated = {item.observation.finding for item in items}
    first = [str(q["finding"]) for q in urgency.not_yet_asked]
    settled = stated | unsafe_tests(engine, evidence, p, urgency.reasons)
    next_up = next_findings(engine, evidence, p, band, red_flags_first=first, known=settled)
    next_up = [n for n in next_up if urgency.level != "emergency" or not _moves(n)]
    short = next_up if urgency.level != "emergency" else [n for n in next_up if not n.red_flag]
    return replace(
        brief,
        summary=(*brief.summary, next_line(short)),
        culprits=tuple(seen),
        weights=tuple(found_weights),
        counterfactuals=tuple(counterfactuals(found_weights)),
        next_findings=tuple(next_up),
        unexplained=tuple(unexplained_items(engine, items, p, band)),
        referral_note=referral_note(
            case, urgency, causes, places, roots, cauda, seen, understood, next_up, model.knowledge.version
        ),
        sources=tuple(_sources(engine, found_weights, seen, urgency, plan, cauda)),
        plan=plan,
    )


def _without(p: Floats, items: Sequence[Item], left_out: Floats) -> Floats:
    """(items, scenarios) posterior without each item; for one that does not count, the posterior itself."""
    without = np.repeat(p[None], max(len(items), 1), axis=0)
    without[[i for i, item in enumerate(items) if item.counts]] = left_out
    return without


def _situation(
    engine: Engine,
    case: Case,
    evidence: EvidenceSet,
    urgency: UrgencyAnswer,
    causes: Sequence[CauseAnswer],
    no_root: float,
    cauda: float,
    seen: Sequence[CulpritAnswer],
) -> Situation:
    """The assessed case as the plan takes it."""
    reasons = urgency.reasons
    return Situation(
        case=case,
        knowledge=engine.model.knowledge,
        evidence=evidence,
        causes={c.cause: c.estimate.probability for c in causes},
        no_root=no_root,
        cauda=cauda,
        culprit=any(c.verdict == "culprit" for c in seen) if seen else None,
        urgency=urgency.level,
        within=urgency.within,
        refer_to=urgency.refer_to,
        rules={str(r["id"]): str(r["urgency"]) for r in reasons if r["kind"] == "rule"},
        warnings=tuple((str(r["name"]), str(r["urgency"])) for r in reasons),
        open_questions=tuple(dict.fromkeys((str(q["topic"]), str(q["question"])) for q in urgency.not_yet_asked)),
        safety_net=urgency.meanwhile[-1],
        tell=urgency.tell,
    )


# examination that may be done while an emergency is open: it moves nothing
HARMLESS = ("power_", "sens_", "reflex_", "saddle_", "anal_", "post_void", "babinski", "clonus", "sensory_level")
HARMLESS_TOO = ("pulses", "cold_limb", "fever", "tachycardia", "hypotension", "abdominal_", "palpable_mass", "rash")


def _moves(n: NextFinding) -> bool:
    """Whether getting a finding moves or strikes the spine."""
    return n.burden == "examination" and not n.finding.startswith((*HARMLESS, *HARMLESS_TOO))


def _leading(
    engine: Engine,
    causes: Sequence[CauseAnswer],
    places: Sequence[PlaceAnswer],
    roots: Sequence[RootAnswer],
    cauda: float,
) -> list[tuple[str, Floats, str]]:
    """The answers that are explained: two leading causes, the leading place, root, and a possible cauda equina."""
    names = [c.id for c in engine.model.causes]
    out = [(c.name, cause_mask(engine, names.index(c.cause)), c.cause) for c in causes[:2]]
    top = places[0]
    for lead, place, side in engine.targets.places:
        same = (names[lead], engine.targets.place_name(place, lead), LESION_SIDES[side]) == (
            top.cause,
            top.level,
            top.side,
        )
        if same and top.level:
            out.append((place_words(top), place_mask(engine, lead, place, side), top.cause))
    if roots and roots[0].estimate.probability >= 0.2:
        r = roots[0]
        out.append(
            (
                f"{r.root} {r.side}",
                root_mask(engine, ROOTS.index(r.root), SIDES.index(r.side)),
                causes[0].cause,
            )
        )
    if cauda >= CAUDA_FROM:
        out.append((CAUDA, (engine.model.scenarios.cauda > 0).astype(float), causes[0].cause))
    return out


def _sources(
    engine: Engine,
    found: Sequence[Weight],
    seen: Sequence[Any],
    urgency: UrgencyAnswer,
    plan: PlanAnswer | None,
    cauda: Estimate,
) -> list[SourceNote]:
    """Sources behind the explanation, the culprit reasons, the urgency and the plan, in order of first use."""
    knowledge = engine.model.knowledge
    used: dict[str, None] = {}
    for w in found[:40]:
        used |= dict.fromkeys(w.sources)
    for c in seen:
        used |= dict.fromkeys(c.sources)
    for reason in urgency.reasons:
        used |= dict.fromkeys(str(source) for source in reason.get("sources", ()))
    if cauda_suspected(urgency, cauda):
        used[knowledge.figures[SUSPECTED_FIGURE].source] = None
    named = [o.sources for o in plan.options] + [i.sources for i in plan.imaging] if plan else []
    named += [c.sources for c in plan.course.curves] if plan and plan.course else []
    used |= dict.fromkeys(source for ids in named for source in ids)
    return [
        SourceNote(s, knowledge.sources[s].citation, knowledge.sources[s].identifiers, knowledge.sources[s].figures)
        for s in used
        if s in knowledge.sources
    ]


__all__ = ["NextFinding", "assess", "default_engine"]
