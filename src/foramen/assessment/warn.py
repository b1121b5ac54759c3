"""What the reader must know about this answer: evidence nothing explains, limits, and findings left over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from foramen.assessment.posterior import log_likelihood
from foramen.case import Case
from foramen.inference.engine import Engine
from foramen.knowledge.catalogue import LOST, NO_REFLEX, may_be_lost
from foramen.knowledge.schema import Finding
from foramen.model.parameters import Floats
from foramen.records.evidence import EvidenceSet, Item, combine_items
from foramen.records.old import NOT_WEIGHED
from foramen.records.times import unread_time
from foramen.records.vocabulary import denied_though_listed

UNKNOWN_FROM = 0.3  # posterior of none_of_these above which the answer is said to be outside the model
SHORT = 12  # findings of one fact
LIKELY = 0.10  # a finding rarer than this under the leading account, and less than half its usual rate, is left over


def warnings_for(engine: Engine, case: Case, items: Sequence[Item], p: Floats, context: Mapping[str, Any]) -> list[str]:
    """Sentences about the limits of this answer; ``context`` is what it was computed for."""
    out: list[str] = []
    names = [c.id for c in engine.model.causes]
    unknown = float(p[engine.model.scenarios.lead == names.index("none_of_these")].sum())
    if unknown >= UNKNOWN_FROM:
        out.append(f"No cause in the model explains these findings well (P = {unknown:.0%}): think beyond this list.")
    if case.age is not None and case.age < 18:
        out.append("Below 18 years most figures do not apply: refer to a clinician who sees children.")
    if any(i.vectors["pregnancy"][0] == 0.0 for i in items if "pregnancy" in i.vectors):
        out.append(
            "Pregnancy or the months after birth: most figures come from others; in pregnancy imaging and drugs need"
            " care, while breastfeeding drugs do."
        )
    if any(i.vectors["img_transitional_vertebra"][0] == 0.0 for i in items if "img_transitional_vertebra" in i.vectors):
        out.append(
            "A transitional vertebra is reported: the numbering of levels may be off by one. Before an operation or"
            " injection count the levels again on the very image used for it (risk of the wrong level)."
        )
    overruled = denied_though_listed(case, engine.model.knowledge)
    out += [
        f"{engine.model.knowledge.findings[f].name}: denied, though {words} is listed. It is taken as present; correct"
        " the answer or the list."
        for f, words in overruled.items()
    ]
    out += [
        f"{i.label}: the time {i.observation.since!r} was not understood and counts as not told; write 3 days, 2 weeks,"
        " 6 months."
        for i in items
        if i.observation.since and not i.silent and unread_time(i.observation.since)
    ]
    if case.age is None:
        out.append("Age is not stated: the answer averages over the ages that consult in this setting.")
    if context["setting"] is None:
        out.append(
            "Where the patient is seen is not stated: the answer averages over general practice, emergency department"
            " and spine clinic, which differ several-fold in what is common. State `setting`."
        )
    for o in (i.observation for i in items if i.observation.state == NO_REFLEX):
        composite = engine.model.knowledge.composites.get(o.finding)
        if composite and any(may_be_lost(engine.model.knowledge.findings[f].states) for f in composite.any_of):
            out.append(f"{composite.name}: absent was read as none. Where a reflex cannot be elicited, say {LOST}.")
    early = [i.label for i in items if i.label.endswith("(too early to count)")]
    out += [f"{label}: a normal result this early says nothing, so it was not counted." for label in early]
    if any(i.old for i in items):
        old = "; ".join(i.label.removesuffix(NOT_WEIGHED) for i in items if i.old)
        out.append(
            "What is known from before this complaint is no evidence of its cause, so it was not weighed:"
            f" {old}. State what has changed as new."
        )
    if len({i.observation for i in items if i.counts}) < 3:
        out.append("Very few findings were given: the answer is mostly what is common among people who consult.")
    return out


def unexplained_items(engine: Engine, items: Sequence[Item], p: Floats, band: int) -> list[str]:
    """Stated findings that the leading scenario makes unlikely, both in itself and against everyone who consults.

    Not risk factors: a lesion explains complaints and signs, while diabetes is there whatever presses on a root.
    """
    known = engine.model.knowledge.findings
    used = [i for i in items if i.counts and not _is_risk(known.get(i.observation.finding))]
    if not used:
        return []
    top = np.array([np.argmax(p.astype(np.float32))])
    sets = [combine_items([i]) if i.statements else EvidenceSet(i.vectors) for i in used]
    plain = [s for s in sets if not s.statements]
    open_ones = [s for s in sets if s.statements]
    found = engine.parts.rows([s.vectors for s in plain], band, top)
    if open_ones:
        found += log_likelihood(engine.model, open_ones, lambda r: engine.parts.rows(r, band, top))
    at_top = dict(zip([id(s) for s in (*plain, *open_ones)], np.exp(found)[:, 0], strict=True))
    rare = [(i, s, at_top[id(s)]) for i, s in zip(used, sets, strict=True) if at_top[id(s)] < LIKELY]
    if not rare:
        return []
    return [item.label for item, s, x in rare if x < 0.5 * _usual(engine, s, band)]


def _is_risk(finding: Finding | None) -> bool:
    return finding is not None and finding.kind == "risk_factor"


def _usual(engine: Engine, evidence: EvidenceSet, band: int) -> float:
    """The mean likelihood of a fact over all scenarios; that of a short one is kept, as cases state the same facts."""
    said = tuple((frozenset(s.parts.items()), s.base, s.none) for s in evidence.statements)

    def make() -> np.float64:
        (row,) = log_likelihood(engine.model, [evidence], lambda r: engine.parts.rows(r, band))
        return np.float64(np.exp(row).mean())

    if len(evidence.vectors) > SHORT:  # a silence; hardly two are alike
        return float(make())
    return float(engine.usual.get((frozenset(evidence.vectors.items()), said, band), make))
