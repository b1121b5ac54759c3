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
from foramen.model.model import Model
from foramen.model.tables import Instance
from foramen.records.state_words import NORMAL_WORDS
from foramen.records.statements import Item, Statement, Vector

# what fills the canal or foramen at a place is read as one thing: a piece of disc as a herniation or as a mass, a cyst
# as a cyst or as a herniation, blood as a haematoma or as a mass. Who reports one of them does not report the others.
SAME_LESION = (
    "img_herniation_central", "img_herniation_subarticular", "img_herniation_foraminal", "img_synovial_cyst",
    "img_flavum_cyst", "img_epidural_mass", "img_epidural_collection", "img_epidural_haematoma", "img_intradural_mass",
)  # fmt: skip
# a short account seldom tells a narrow level apart into canal, recess and foramen, and what a herniation or a slip
# narrows goes without saying in it: who names one of these has not said that the level is wide
NARROWING = ("img_central_stenosis", "img_sac_compression", "img_lateral_recess_stenosis", "img_foraminal_stenosis")
NARROWED_BY = (*NARROWING, *SAME_LESION, "img_listhesis", "img_dislocation")
# what presses goes before what is pressed on and what it is made of: a report that says "severe stenosis L4-L5" has not
# said that the sac and the roots there are free, nor that joints and ligament are slim
PRESSED_ON = ("img_sac_compression", "img_root_contact_traversing", "img_root_contact_exiting")
WORN = ("img_disc_degeneration", "img_disc_bulge", "img_facet_arthropathy")
MADE_OF = (*WORN, "img_annular_tear", "img_ligamentum_flavum_thick", "img_osteophytes", "img_osteophyte_foraminal")
# a slip uncovers the disc, loads the joints, narrows recess and foramen by itself; of the canal a whole report speaks
AROUND_A_SLIP = (
    *PRESSED_ON, *WORN, "img_ligamentum_flavum_thick", "img_osteophytes", "img_instability", "img_retrolisthesis",
    "img_lateral_recess_stenosis", "img_foraminal_stenosis",
)  # fmt: skip
# any of these words stands for a worn disc: who says "degenerated" has not said that it bulges nowhere and has no tear,
# nor who says "Modic changes" that the disc is high and white; that a disc is worn does not say what its endplates are
OF_A_WORN_DISC = ("img_disc_degeneration", "img_disc_bulge", "img_annular_tear", "img_osteophytes", "img_schmorl")
WORN_DISC = (*OF_A_WORN_DISC, "img_modic", "img_retrolisthesis")
SPUR = "img_osteophyte_foraminal"  # a spur that is worth a word is one that narrows the foramen
# an infected disc is seen by the marrow beside it and by what it does to disc and endplates
INFECTED = ("img_disc_infection", "img_disc_infection_above_l1")
INFLAMED = ("img_bone_oedema", "img_modic", "img_marrow_lesion")
# a nidus is a lesion of the bone with oedema about it; "several bone lesions" may lie in any bone of the region
NIDUS = ("img_benign_bone_nidus",)
SEVERAL = ("img_multiple_bone_lesions",)
LESIONS = ("img_marrow_lesion", "img_marrow_lesion_above_l1", "img_sacral_lesion", "img_pelvic_bone_lesion")
# two words for one picture, outside the levels
BONE = ("img_sacral_lesion", "img_sacral_fracture", "img_pelvic_bone_lesion", "img_multiple_bone_lesions")
FLANK = ("img_paraspinal_or_psoas_collection", "img_retroperitoneal_haematoma", "img_soft_tissue_mass")
HIP = ("img_hip_arthritis", "img_hip_osteonecrosis", "img_hip_fracture", "img_hip_effusion")
SACROILIAC = ("img_sacroiliitis", "img_sacroiliac_one_side")
LUMBAR = ("lumbar", "whole_spine")
WITHOUT_SAYING = (  # of a complete report: findings named, and those it is then not silent about at that place
    (SAME_LESION, SAME_LESION),
    ((*NARROWING, *PRESSED_ON, *SAME_LESION), (*NARROWING, *PRESSED_ON, *MADE_OF)),
    (("img_listhesis", "img_dislocation"), AROUND_A_SLIP),
    (WORN_DISC, OF_A_WORN_DISC),
    ((SPUR, "img_foraminal_stenosis"), (SPUR, "img_foraminal_stenosis", "img_root_contact_exiting", *WORN)),
    (("img_modic",), ("img_bone_oedema",)),
    (("img_fracture",), ("img_bone_oedema", "img_modic", "img_schmorl")),
    (INFECTED, (*INFLAMED, *PRESSED_ON, *NARROWING, *WORN)),
    (NIDUS, INFLAMED),
    (SEVERAL, LESIONS),
    *((words, words) for words in (BONE, FLANK, HIP, SACROILIAC)),
)
LEFT_OUT = (  # the same of a short account
    (SAME_LESION, SAME_LESION),
    (NARROWED_BY, NARROWING),
    ((SPUR,), ("img_foraminal_stenosis",)),
    (NIDUS, INFLAMED),
    (SEVERAL, LESIONS),
)


def silences(case: Case, items: Sequence[Item], model: Model) -> list[Item]:
    """Items that follow from what was not said."""
    return [*_unmentioned(case, items, model), *_other_side(items, model)]


def _unmentioned(case: Case, items: Sequence[Item], model: Model) -> list[Item]:
    """What studies do not mention of what they show: likelihood of silence, 1 - P(mentioned | present), per state.

    A complete report is silent about few things that are there (``mention``). A short account of a study that
    names at least one abnormal finding leaves out minor ones, but seldom a main one (``headline``); a study of
    which nothing abnormal is told says nothing further.
    """
    if not case.studies:
        return []
    vague = {key for item in items for statement in item.statements for key in statement.parts}
    spoken = {key for item in items for key in item.vectors} | vague
    positive = {key for item in items for key, v in item.vectors.items() if v[0] == 0.0} | vague
    out: list[Item] = []
    complete = [s for s in case.studies if s.complete]
    short = [s for s in case.studies if not s.complete and s.region in LUMBAR and _tells_something(case, s, model)]
    for label, studies, whole in (
        ("Nothing else in a complete report", complete, True),
        ("No other main finding in a short account of imaging", short, False),
    ):
        unasked = spoken.union(
            *(_other_names(positive, model, *pair) for pair in (WITHOUT_SAYING if whole else LEFT_OUT))
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


def _other_names(positive: set[str], model: Model, named: tuple[str, ...], unasked: tuple[str, ...]) -> set[str]:
    """Findings that go by another name already said, at the level and side of a stated abnormal finding."""
    others = _twins(model, named, unasked)
    return {other for key in positive for other in others.get(key, ())}


@lru_cache(maxsize=16)
def _twins(model: Model, named: tuple[str, ...], unasked: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Per finding of ``named``, those of ``unasked`` in the same place."""
    family = {k: i for k, i in model.instances.items() if i.finding.id in unasked}
    return {
        key: tuple(k for k, other in family.items() if _same_place(one, other))
        for key, one in model.instances.items()
        if one.finding.id in named
    }


def _same_place(one: Instance, other: Instance) -> bool:
    """Of one level, or a level and a vertebra beside it, and not of opposite sides; what has no place is anywhere."""
    if one.finding.id in SEVERAL:
        return True
    if one.finding.site == "vertebra" or other.finding.site != "vertebra":
        places: tuple[int, ...] = (one.place,)
    else:  # the vertebra above the disc has the level's number, the one below the next
        places = (one.place, one.place + 1)
    return other.place in places and (one.side == other.side or -1 in (one.side, other.side))


def _tells_something(case: Case, study: Study, model: Model) -> bool:
    """Whether an abnormal finding of this study is stated (one not tied to any study counts for the only study)."""
    for o in case.observations:
        if not o.finding.startswith("img_") or (o.state or "") in NORMAL_WORDS:
            continue
        if o.finding in (found := model.knowledge.findings) and found[o.finding].kind == "lateral":
            continue  # the side of a lesion names no lesion
        if o.study == study.id or (o.study is None and len(case.studies) == 1):
            return True
    return False
