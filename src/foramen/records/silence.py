"""What is read from silence: findings that would have been told, had they been there, and were not.

Nothing follows from a finding nobody looked for. Three kinds of silence do speak, each by a stated probability
that the finding would have been named (docs/decisions/0002-silence.md): a complete imaging report, a short
account of imaging that names an abnormal finding, and a complaint or sign stated for one side only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from foramen.anatomy import SIDES
from foramen.case import Case, Observation, Study
from foramen.knowledge.schema import Finding
from foramen.model.model import Model
from foramen.records.state_words import NORMAL_WORDS
from foramen.records.statements import Item, Statement, Vector
from foramen.records.without_saying import LEFT_OUT, WITHOUT_SAYING, other_names

LUMBAR = ("lumbar", "whole_spine")


def silences(case: Case, items: Sequence[Item], model: Model) -> list[Item]:
    """Items that follow from what was not said."""
    return [*_unmentioned(case, items, model), *_other_side(items, model)]


def _unmentioned(case: Case, items: Sequence[Item], model: Model) -> list[Item]:
    """What studies do not mention of what they show: likelihood of silence, 1 - P(mentioned | present), per state.

    A complete report is silent about few things that are there (``mention``). A short account of a study that
    names at least one abnormal finding leaves out minor ones, but seldom a main one (``headline``); a study of
    which nothing abnormal is told says nothing further.
    """
    studies_told = case.studies or _implied(case, model)
    if not studies_told:
        return []
    vague = {key for item in items for statement in item.statements for key in statement.parts}
    spoken = {key for item in items for key in item.vectors} | vague
    positive = {key for item in items for key, v in item.vectors.items() if v[0] == 0.0} | vague
    out: list[Item] = []
    complete = [s for s in studies_told if s.complete]
    short = [s for s in studies_told if not s.complete and s.region in LUMBAR and _tells_something(case, s, model)]
    for label, studies, whole in (
        ("Nothing else in a complete report", complete, True),
        ("No other main finding in a short account of imaging", short, False),
    ):
        unasked = spoken.union(
            *(other_names(positive, model, *pair) for pair in (WITHOUT_SAYING if whole else LEFT_OUT))
        )
        vectors = _unspoken(model, whole, _reports(studies), unasked) if studies else {}
        spoken |= set(vectors)
        if vectors:
            seen = {s.modality for s in complete if s.region in LUMBAR} if whole else set()
            by = next((m for m in ("mri", "ct") if m in seen), "")  # a complete report of the bones of the low back
            out.append(Item(label, Observation("imaging_silence"), vectors, silent=True, modality=by))
    return out


Reports = frozenset[tuple[str, str, str]]  # modality, region and date, which may be empty


def _reports(studies: Sequence[Study]) -> Reports:
    return frozenset((s.modality, s.region, s.date or "") for s in studies)


def _counted(reports: Reports, modalities: Sequence[str], regions: Sequence[str]) -> int:
    """How many reports that show a thing are silent of it: of a modality they count once unless their dates differ.

    The same scan may stand in a case and be read from its report besides, or be listed with a second region.
    """
    dates: dict[str, set[str]] = {}
    for modality, region, date in reports:
        if modality in modalities and region in regions:
            dates.setdefault(modality, set()).update([date] if date else [])
    return sum(max(1, len(found)) for found in dates.values())


def _unspoken(model: Model, whole: bool, reports: Reports, spoken: set[str]) -> dict[str, Vector]:
    return {key: vector for key, vector in _silent_vectors(model, whole, reports).items() if key not in spoken}


@lru_cache(maxsize=64)
def _silent_vectors(model: Model, whole: bool, reports: Reports) -> dict[str, Vector]:
    """Likelihood of each state of every finding that was in view, had reports not mentioned it; the same for all
    cases."""
    vectors: dict[str, Vector] = {}
    for key, instance in model.instances.items():
        finding = instance.finding
        told = finding.mention if whole else finding.headline
        shown = LUMBAR if instance.place >= 0 else finding.regions if whole else ()
        if told is None or not (count := _counted(reports, finding.visible_on, shown)):
            continue
        rates = told.p if len(told.p) == len(finding.states) - 1 else (told.total,) * (len(finding.states) - 1)
        vectors[key] = (1.0, *(round((1.0 - min(r, 0.99)) ** count, 6) for r in rates))
    return vectors


def _other_side(items: Sequence[Item], model: Model) -> list[Item]:
    """What a finding stated for one side only says of the other side (see findings/one_side.yaml)."""
    out: list[Item] = []
    seen = [(key, vector[0] == 0.0) for item in items for key, vector in item.vectors.items()]
    seen += [(key, True) for item in items for statement in item.statements for key in statement.parts]
    for family in model.knowledge.one_side:
        side_of, parts_of = _family(model, family.prefixes)
        named = [(side_of[key], odd) for key, odd in seen if key in side_of]
        spoken, abnormal = {side for side, _ in named}, any(odd for _, odd in named)
        if len(spoken) != 1 or not abnormal:
            continue
        other = 1 - spoken.pop()
        m = family.named.total
        label = f"No {family.id.replace('_', ' ')} told of the {SIDES[other]} side"
        said = (Statement(parts_of[other], 1.0 - m, m),)
        out.append(Item(label, Observation("other_side"), {}, said, silent=True))
    return out


@lru_cache(maxsize=64)
def _family(model: Model, prefixes: tuple[str, ...]) -> tuple[dict[str, int], tuple[dict[str, Vector], ...]]:
    """Side of each sided finding of a family, and per side the findings of which silence speaks, any abnormal state."""
    members = {
        key: i
        for key, i in model.instances.items()
        if i.place < 0 and i.side >= 0 and i.finding.id.startswith(prefixes)
    }
    parts = tuple(
        {key: (0.0, *(1.0 for _ in i.states[1:])) for key, i in members.items() if i.side == side and i.root < 0}
        for side in range(len(SIDES))
    )
    return {key: i.side for key, i in members.items()}, parts


def _tells_something(case: Case, study: Study, model: Model) -> bool:
    """Whether an abnormal finding of this study is stated; one tied to no study counts for each that may show it."""
    only = len(case.studies) < 2
    return any(
        o.study == study.id or (o.study is None and (only or study.modality in _shown_by(o, model)))
        for o in _abnormal_images(case, model)
    )


def _implied(case: Case, model: Model) -> tuple[Study, ...]:
    """The scan that a stated finding of the lumbar spine tells of where no study is listed: a short account.

    Which kind is not known: what CT shows, MRI shows, too. What a plain film may have shown tells of no scan.
    """
    lumbar = any(_at_a_level(o, model) and "xray" not in _shown_by(o, model) for o in _abnormal_images(case, model))
    return (Study("not listed", modality="ct", region="lumbar"),) if lumbar else ()


def _abnormal_images(case: Case, model: Model) -> list[Observation]:
    """Imaging findings stated as abnormal; the side of a lesion names no lesion."""
    images = (o for o in case.observations if o.finding.startswith("img_") and (o.state or "") not in NORMAL_WORDS)
    found = model.knowledge.findings
    return [o for o in images if o.finding not in found or found[o.finding].kind != "lateral"]


def _parts(o: Observation, model: Model) -> list[Finding]:
    known = model.knowledge
    composite = known.composites.get(o.finding)
    return [known.findings[name] for name in (composite.any_of if composite else (o.finding,))]


def _shown_by(o: Observation, model: Model) -> set[str]:
    """Modalities that may have shown it."""
    return {modality for finding in _parts(o, model) for modality in finding.visible_on}


def _at_a_level(o: Observation, model: Model) -> bool:
    return all(finding.site in ("level", "level_side", "vertebra") for finding in _parts(o, model))
