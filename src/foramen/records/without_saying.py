"""What goes without saying in an imaging report: findings that one already named stands for, or brings along."""

from __future__ import annotations

from functools import lru_cache

from foramen.model.model import Model
from foramen.model.tables import Instance

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


def other_names(positive: set[str], model: Model, named: tuple[str, ...], unasked: tuple[str, ...]) -> set[str]:
    """Findings that go by another name already said, at the level and side of a stated abnormal finding."""
    others = _twins(model, named, unasked)
    return {other for key in positive for other in others.get(key, ())}


@lru_cache(maxsize=64)
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
