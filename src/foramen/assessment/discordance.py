"""Where imaging and symptoms do not fit: symptoms that no imaged finding explains, and what that may mean."""

from __future__ import annotations

from collections.abc import Sequence

from foramen.anatomy import LEVELS, ROOTS
from foramen.assessment.culprit import undiagnosed
from foramen.assessment.result import CauseAnswer, CulpritAnswer, Estimate, PlaceAnswer, RootAnswer
from foramen.case import Study
from foramen.records.silence import LUMBAR

DISCORDANT_FROM = 0.5  # P(no imaged finding is the culprit) from which it is said
SCANS = ("mri", "ct")
LIKELY = 0.4  # P(root affected) from which a root is compared with what was imaged
# findings that could press on a root, by the start of their id
PRESSING = (
    "img_herniation",
    "img_root_contact",
    "img_foraminal",
    "img_lateral_recess",
    "img_synovial",
    "img_flavum_cyst",
)


def discordance(
    culprits: Sequence[CulpritAnswer],
    none_imaged: Estimate | None,
    causes: Sequence[CauseAnswer],
    places: Sequence[PlaceAnswer],
    roots: Sequence[RootAnswer],
    studies: Sequence[Study] = (),
) -> tuple[str, ...]:
    """Sentences on what does not fit; empty where an imaged finding explains the complaint or nothing was imaged.

    ``studies``: those of the case; a complete scan that names no lesion is at odds with one that leads.
    """
    crossed = _crossed(places, roots)
    if unseen := _not_seen(culprits, causes, places, studies):
        return (unseen, crossed) if crossed else (unseen,)
    if none_imaged is None or none_imaged.probability < DISCORDANT_FROM:
        return (crossed,) if crossed else ()
    out = [f"No imaged finding explains the complaint ({none_imaged.probability:.0%})."]
    # what was seen is no less a danger because the complaint may come from elsewhere
    open_dangers = [c.label for c in culprits if c.verdict == "uncertain" and undiagnosed(c)]
    if open_dangers:
        out.append(f"Needs its own diagnosis all the same: {'; '.join(open_dangers)}.")
    pressing = [c for c in culprits if c.finding.startswith(PRESSING)]
    likely = [r for r in roots if r.estimate.probability >= LIKELY]
    for root in likely[:2]:
        sided = [c for c in pressing if c.side in ("left", "right")] or pressing
        own = [c for c in sided if c.side in (root.side, "", "bilateral", "central")]
        if pressing and not own:
            sides = {c.side for c in sided}
            out.append(
                f"Wrong side: the {root.root} root is affected on the {root.side} "
                f"({root.estimate.probability:.0%}); what was imaged lies on the {' and '.join(sorted(sides))}."
            )
        elif own and not any(_reaches(c.level, root.root) for c in own):
            levels = ", ".join(dict.fromkeys(c.level for c in own if c.level))
            out.append(f"Wrong level: the {root.root} root is not reached from {levels}.")
    top = next((p for p in places if p.cause == causes[0].cause), None)
    elsewhere = top is not None and not top.level and causes[0].estimate.probability >= LIKELY
    if elsewhere:
        out.append(f"Perhaps not the lumbar spine: {causes[0].name} leads ({causes[0].estimate.probability:.0%}).")
    if crossed:
        out.append(crossed)
    next_image = "the other region is" if elsewhere else "another region or contrast is"
    out.append(
        f"Look again at the images with this question. If they hold nothing, {next_image} the next to consider, not the"
        " same scan again."
    )
    return tuple(out)


def _not_seen(
    culprits: Sequence[CulpritAnswer],
    causes: Sequence[CauseAnswer],
    places: Sequence[PlaceAnswer],
    studies: Sequence[Study],
) -> str:
    """A sentence where a lesion at a level leads on the history and examination, and a complete scan names none."""
    scans = sorted({s.modality.upper() for s in studies if s.complete and s.modality in SCANS and s.region in LUMBAR})
    top = next((p for p in places if p.cause == causes[0].cause), None)
    if culprits or not scans or top is None or not top.level or causes[0].estimate.probability < LIKELY:
        return ""
    return (
        f"The {' and '.join(scans)} named no lesion, and {causes[0].name}"
        f" ({causes[0].estimate.probability:.0%}) rests on history and examination alone. Look again at the images at"
        f" {top.level}, in the foramen and beside it; if they hold nothing, think of the pelvis, the hip and the nerves"
        " beyond the spine before the same scan is repeated."
    )


def _crossed(places: Sequence[PlaceAnswer], roots: Sequence[RootAnswer]) -> str:
    """A sentence where the leading lesion lies on one side and the likeliest root on the other."""
    if not places or not roots or places[0].side not in ("left", "right"):
        return ""
    place, root = places[0], roots[0]
    if root.side == place.side or root.estimate.probability < LIKELY:
        return ""
    return (
        f"The leading lesion lies on the {place.side}, the affected root ({root.root}) on the {root.side}: check sides."
    )


def _reaches(level: str, root: str) -> bool:
    """Whether a lesion at a level can reach a root: the one leaving there, the passing one and the next below."""
    if level not in LEVELS or root not in ROOTS:
        return True
    at = LEVELS.index(level)  # the root with the same number leaves here
    return at <= ROOTS.index(root) <= at + 2
