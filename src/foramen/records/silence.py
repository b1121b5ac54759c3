"""What is read from silence: findings that would have been told, had they been there, and were not.

Nothing follows from a finding nobody looked for. Three kinds of silence do speak, each by a stated probability
that the finding would have been named (docs/decisions/0002-silence.md): a complete imaging report, a short
account of imaging that names an abnormal finding, and a complaint or sign stated for one side only.
"""

from __future__ import annotations

from collections.abc import Sequence

from foramen.anatomy import SIDES
from foramen.case import Case, Observation, Study
from foramen.model.model import Model
from foramen.model.tables import Instance
from foramen.records.statements import Item, Statement, Vector

NORMAL_WORDS = ("absent", "normal", "negative", "none", "no")
SAME_LESION = (
    "img_herniation",
    "img_canal_cyst",
)  # composites whose members name one lesion in different words


def silences(case: Case, items: Sequence[Item], model: Model) -> list[Item]:
    """Items that follow from what was not said."""
    return [*_unmentioned(case, items, model), *_other_side(items, model)]


def _unmentioned(case: Case, items: Sequence[Item], model: Model) -> list[Item]:
    """What lumbar studies do not mention: likelihood of silence, 1 - P(mentioned | present), per state.

    A complete report is silent about few things that are there (``mention``). A short account of a study that
    names at least one abnormal finding leaves out minor ones, but seldom a main one (``headline``); a study of
    which nothing abnormal is told says nothing further.
    """
    if not case.studies:
        return []
    spoken = {key for item in items for key in item.vectors}
    spoken |= {key for item in items for statement in item.statements for key in statement.parts}
    spoken |= _other_names(spoken, items, model)
    out: list[Item] = []
    lumbar = [s for s in case.studies if s.region in ("lumbar", "whole_spine")]
    complete = [s for s in lumbar if s.complete]
    short = [s for s in lumbar if not s.complete and _tells_something(case, s)]
    for label, studies, whole in (
        ("Nothing else in a complete report", complete, True),
        ("No other main finding in a short account of imaging", short, False),
    ):
        vectors: dict[str, Vector] = {}
        for key, instance in model.instances.items():
            finding = instance.finding
            told = finding.mention if whole else finding.headline
            if instance.place < 0 or key in spoken or told is None:
                continue
            seen = [s for s in studies if s.modality in finding.visible_on]
            if seen:
                rates = told.p if len(told.p) == len(finding.states) - 1 else (told.total,) * (len(finding.states) - 1)
                vectors[key] = (1.0, *(round((1.0 - min(r, 0.99)) ** _reports(seen), 6) for r in rates))
        spoken |= set(vectors)
        if vectors:
            out.append(Item(label, Observation("imaging_silence"), vectors, silent=True))
    return out


def _reports(studies: Sequence[Study]) -> int:
    """How many reports are silent: those of one modality count once unless their dates differ.

    The same scan may stand in a case and be read from its report besides.
    """
    dates: dict[str, set[str]] = {}
    for study in studies:
        dates.setdefault(study.modality, set()).update([study.date] if study.date else [])
    return sum(max(1, len(of_one)) for of_one in dates.values())


def _other_side(items: Sequence[Item], model: Model) -> list[Item]:
    """What a finding stated for one side only says of the other side (see findings/one_side.yaml)."""
    out: list[Item] = []
    for family in model.knowledge.one_side:
        abnormal: list[set[int]] = []
        spoken: set[int] = set()
        for item in items:
            sides: set[int] = set()
            for key, vector in item.vectors.items():
                instance = model.instances[key]
                if instance.place < 0 and instance.side >= 0 and instance.finding.id.startswith(family.prefixes):
                    spoken.add(instance.side)
                    if vector[0] == 0.0:
                        sides.add(instance.side)
            for statement in item.statements:
                for key in statement.parts:
                    instance = model.instances[key]
                    if instance.place < 0 and instance.side >= 0 and instance.finding.id.startswith(family.prefixes):
                        spoken.add(instance.side)
                        sides.add(instance.side)
            abnormal.append(sides)
        if len(spoken) != 1 or not any(abnormal):
            continue
        other = 1 - spoken.pop()
        parts = {
            key: (0.0, *(1.0 for _ in instance.states[1:]))
            for key, instance in model.instances.items()
            if instance.side == other and instance.place < 0 and instance.root < 0
            and instance.finding.id.startswith(family.prefixes)
        }  # fmt: skip
        m = family.named.total
        label = f"No {family.id.replace('_', ' ')} told of the {SIDES[other]} side"
        out.append(Item(label, Observation("other_side"), {}, (Statement(parts, 1.0 - m, m),), silent=True))
    return out


def _other_names(spoken: set[str], items: Sequence[Item], model: Model) -> set[str]:
    """Findings that name the same lesion otherwise: of one composite, level and side with a stated abnormal finding."""
    positive = {key for item in items for key, v in item.vectors.items() if v[0] == 0.0}
    positive |= {key for item in items for statement in item.statements for key in statement.parts}
    families = [set(c.any_of) for c in model.knowledge.composites.values() if c.id in SAME_LESION]
    at = model.instances
    return {
        key
        for key, instance in at.items()
        for family in families
        if instance.finding.id in family
        and any(at[p].finding.id in family and _same_place(at[p], instance) for p in positive)
    } - spoken


def _same_place(one: Instance, other: Instance) -> bool:
    """Of one level, and not of opposite sides."""
    return one.place == other.place and (one.side == other.side or -1 in (one.side, other.side))


def _tells_something(case: Case, study: Study) -> bool:
    """Whether an abnormal finding of this study is stated (one not tied to any study counts for the only study)."""
    for o in case.observations:
        if not o.finding.startswith("img_") or (o.state or "") in NORMAL_WORDS:
            continue
        if o.study == study.id or (o.study is None and len(case.studies) == 1):
            return True
    return False
