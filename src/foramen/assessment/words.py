"""Plain words: the four-line summary and the referral note."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.assessment.culprit import undiagnosed
from foramen.assessment.result import (
    DISCLAIMER,
    CauseAnswer,
    CulpritAnswer,
    Estimate,
    NextFinding,
    PlaceAnswer,
    RootAnswer,
    UrgencyAnswer,
    Weight,
)
from foramen.case import Case


def share(p: float) -> str:
    """``62%``; never 0% or 100%, which a model cannot know."""
    if p < 0.005:
        return "<1%"
    return ">99%" if p > 0.995 else f"{p:.0%}"


def odds_words(log10_odds: float) -> str:
    """``× 8.3`` where the odds rise, ``÷ 3.1`` where they fall."""
    factor = min(10 ** abs(log10_odds), 9999.0)
    text = f"{factor:.1f}" if factor < 10 else f"{factor:.0f}"
    return f"{'×' if log10_odds >= 0 else '÷'}{text}"


def percent(e: Estimate) -> str:
    """``62% (41%–80%)``."""
    return f"{share(e.probability)} ({share(e.low)}–{share(e.high)})"


def place_words(place: PlaceAnswer) -> str:
    """``Lumbar disc herniation, L5-S1 left``."""
    side = place.side if place.side != "central" else ("midline" if place.level else "")
    where = " ".join(x for x in (place.level, side) if x)
    return f"{place.name}, {where}" if where else place.name


BESIDE = 0.4  # from which probability on a companion is told in the summary


def summary(
    urgency: UrgencyAnswer,
    causes: Sequence[CauseAnswer],
    places: Sequence[PlaceAnswer],
    roots: Sequence[RootAnswer],
    no_root: Estimate,
    companions: Sequence[CauseAnswer],
    culprits: Sequence[CulpritAnswer],
    none_imaged: Estimate | None,
    together: tuple[str, float] = ("", 0.0),
    imaged_normal: bool = False,
) -> tuple[str, str, str]:
    """Three lines: how urgent, what and where, which imaging finding counts. ``next_line`` is the fourth.

    ``together``: lesions of one kind of which one or more is the culprit, and how likely that is.
    ``imaged_normal``: images are told of, and nothing abnormal in them.
    """
    provisional = " (provisional: not everything was asked)" if urgency.provisional else ""
    when = "" if urgency.within in ("", urgency.level) else f", {urgency.within}"
    first = f"Urgency: {urgency.level}{when}{provisional}. See: {urgency.refer_to}."
    lead = causes[0]
    best = next((p for p in places if p.cause == lead.cause), places[0])
    likely = _sureness(lead.estimate.probability)
    second = f"{likely}: {place_words(best)} — cause {percent(lead.estimate)}"
    strong = [r for r in roots if r.estimate.probability >= 0.4][:3]
    if strong:
        second += "; roots " + ", ".join(f"{r.root} {r.side} {share(r.estimate.probability)}" for r in strong)
    elif no_root.probability >= 0.5:
        second += f"; probably no nerve root affected ({share(no_root.probability)})"
    if len(causes) > 1 and causes[1].estimate.probability >= 0.1:
        second += f". Next: {causes[1].name} {share(causes[1].estimate.probability)}"
    if companions and companions[0].estimate.probability >= BESIDE:
        second += f". Beside it: {companions[0].name} {share(companions[0].estimate.probability)}"
    return first, second + ".", _imaging_line(culprits, none_imaged, together, imaged_normal)


def _sureness(p: float) -> str:
    if p >= 0.8:
        return "Very likely"
    return "Likely" if p >= 0.55 else "Leading account, not settled"


def _imaging_line(
    culprits: Sequence[CulpritAnswer], none_imaged: Estimate | None, together: tuple[str, float], imaged_normal: bool
) -> str:
    if not culprits or none_imaged is None:
        if imaged_normal:
            return "Imaging: given, and nothing abnormal stated in it, so no culprit and no bystander."
        return "Imaging: none given, so nothing can be called culprit or bystander yet."
    guilty = [c.label for c in culprits if c.verdict == "culprit"]
    idle = [c.label for c in culprits if c.verdict == "bystander"]
    unsettled = [c.label for c in culprits if c.verdict == "uncertain" and undiagnosed(c)]
    kind, share_of_it = together
    one = f"one or more of the {kind}: {share(share_of_it)}" if kind else "no finding is clearly the culprit"
    text = "Imaging: " + ("culprit " + "; ".join(guilty[:2]) if guilty else one)
    if unsettled:
        text += "; needs its own diagnosis: " + "; ".join(unsettled[:3])
    if idle:
        text += f"; bystander{'s' if len(idle) > 1 else ''} " + "; ".join(idle[:2])
    return f"{text}. No imaged finding is the cause: {share(none_imaged.probability)}."


def next_line(next_up: Sequence[NextFinding]) -> str:
    """What to ask or test next."""
    flags = [n for n in next_up if n.red_flag]
    if flags:
        count = len({n.question for n in flags})
        more = f" (and {count - 1} more red-flag questions)" if count > 1 else ""
        return f"Next: ask first — {flags[0].question}{more}"
    if not next_up:
        return "Next: no further finding would change the answer much."
    n = next_up[0]
    place = f" ({' '.join(x for x in (n.side, n.level) if x)})" if n.side or n.level else ""
    return f"Next: {n.question}{place}"


SUSPECTED_FIGURE = "prior_ces_suspected_hoeritzauer2020"
AMONG_SUSPECTED = 0.19  # its value, to which a test holds it; the words below say the same
NOT_EXCLUDED = (
    "The signs asked so far do not exclude it: of those scanned on suspicion about one in five has it "
    "(Hoeritzauer 2020)."
)


def cauda_suspected(urgency: UrgencyAnswer, cauda: Estimate) -> bool:
    """Whether a rule asks for an emergency scan of the cauda equina while the model gives it less than suspicion does.

    The small number multiplies signs that are often normal in the early syndrome; read beside a request for a scan it
    would be a reason to refuse it.
    """
    alarms = [str(r.get("id", "")) for r in urgency.reasons if r.get("urgency") == "emergency"]
    asked = any(name.startswith("cauda_equina") for name in alarms)
    return asked and cauda.probability < AMONG_SUSPECTED


def cauda_words(urgency: UrgencyAnswer, cauda: Estimate) -> str:
    """The referral note's words on the cauda equina, without the number where it could be used against the scan."""
    if cauda_suspected(urgency, cauda):
        return f"Cauda equina syndrome: suspected, to be settled by the emergency MRI. {NOT_EXCLUDED}"
    return f"Cauda equina syndrome {percent(cauda)}."


BEYOND = 0.99  # an answer this likely with and without a finding is settled


def settled_against(found: Sequence[Weight]) -> bool:
    """Whether a finding counts against an answer that is settled all the same.

    Then the last other account expects it even more (an absent ankle jerk: a neuropathy beside an L5 root). It is no
    sign that the answer does not fit, and that is said.
    """
    return any(w.log10_odds < 0 and min(w.with_it, w.without_it) > BEYOND for w in found)


def referral_note(
    case: Case,
    urgency: UrgencyAnswer,
    causes: Sequence[CauseAnswer],
    places: Sequence[PlaceAnswer],
    roots: Sequence[RootAnswer],
    cauda: Estimate,
    culprits: Sequence[CulpritAnswer],
    understood: Sequence[str],
    next_up: Sequence[NextFinding],
    version: str,
) -> str:
    """Referral note in the usual order: to whom and how soon, who, why, findings, question."""
    who = ", ".join(
        x for x in (f"{case.age:g} years" if case.age is not None else "age not stated", case.sex or "") if x
    )
    reasons = "; ".join(str(r.get("name", "")) for r in urgency.reasons) or "no red flag among the findings given"
    provisional = " (provisional)" if urgency.provisional else ""
    when = "" if urgency.within in ("", urgency.level) else f" — {urgency.within}"
    lines = [
        "REFERRAL NOTE",
        f"To: {urgency.refer_to}",
        f"Urgency: {urgency.level}{when}{provisional}. Because: {reasons}.",
        f"Patient: {who}.",
        f"Medicines: {_listed(case.medicines, complete=case.medicines_complete)}. "
        f"Conditions: {_listed(case.conditions, complete=case.conditions_complete)}.",
        "Findings: " + ("; ".join(understood) or "none given") + ".",
        "Most likely: " + "; ".join(f"{place_words(p)} {percent(p.estimate)}" for p in places[:3]) + ".",
        "Roots: " + ("; ".join(f"{r.root} {r.side} {percent(r.estimate)}" for r in roots[:3]) or "none likely")
        + f". {cauda_words(urgency, cauda)}",
    ]  # fmt: skip
    if culprits:
        lines.append(
            "Imaging: "
            + "; ".join(f"{c.label}: {c.verdict.replace('_', ' ')} {share(c.estimate.probability)}" for c in culprits)
            + "."
        )
    lines.append(f"Question: {_question(urgency, causes)}")
    unasked = [n.question for n in next_up if n.red_flag][:6]
    if unasked:
        lines.append("Not yet asked: " + " ".join(unasked))
    lines.append(f"{DISCLAIMER} Knowledge version {version}.")
    return "\n".join(lines)


def _listed(names: Sequence[str], *, complete: bool) -> str:
    return ", ".join(names) or ("none" if complete else "not stated")


def _question(urgency: UrgencyAnswer, causes: Sequence[CauseAnswer]) -> str:
    if urgency.level == "emergency":
        return "Please examine and image the same day; is emergency treatment needed?"
    rivals = [c.name for c in causes[:3] if c.estimate.probability >= 0.1]
    if len(rivals) > 1:
        return f"Which of these explains the complaint: {', '.join(rivals)}? Is further testing or treatment needed?"
    return f"Do you agree with {causes[0].name.lower()} as the cause, and what treatment do you advise?"
