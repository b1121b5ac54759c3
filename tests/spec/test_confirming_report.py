"""A report that names the lesion expected must not speak against it by what it leaves unsaid."""

from __future__ import annotations

import pytest

import foramen
from foramen.records.case_file import case_from_mapping

CLAUDICATION = [
    {"finding": "pain_back"},
    {"finding": "pain_posterior_thigh", "side": "bilateral"},
    {"finding": "pain_calf", "side": "bilateral"},
    {"finding": "worse_standing_walking"},
    {"finding": "relief_sitting"},
    {"finding": "relief_bending_forward"},
    {"finding": "shopping_cart_sign"},
    {"finding": "duration", "state": "months"},
    {"finding": "pulses_reduced", "state": "absent", "side": "bilateral"},
]
L4 = [
    {"finding": "pain_anterior_thigh", "side": "right"},
    {"finding": "sens_medial_leg", "side": "right"},
    {"finding": "power_knee_extension", "side": "right", "mrc": 4},
    {"finding": "reflex_knee", "side": "right", "state": "reduced"},
    {"finding": "worse_standing_walking"},
]
L5 = [
    {"finding": "pain_lateral_leg", "side": "left"},
    {"finding": "pain_foot_dorsum", "side": "left"},
    {"finding": "slr", "side": "left", "degrees": 40},
]
ILL = [{"finding": "pain_back"}, {"finding": "sciatica", "side": "left"}]
CAUDA = [
    {"finding": "sciatica", "side": "bilateral"},
    {"finding": "urinary_retention"},
    {"finding": "slr", "side": "bilateral", "degrees": 40},
]


@pytest.mark.parametrize(
    ("age", "history", "named", "cause"),
    [
        (73, CLAUDICATION, ["central_stenosis L4-L5 severe"], {"central_stenosis"}),
        (68, CLAUDICATION, ["central_stenosis L3-L4 severe"], {"central_stenosis"}),
        (
            73,
            CLAUDICATION,
            ["listhesis L4-L5 grade1", "central_stenosis L4-L5 severe"],
            {"central_stenosis", "degenerative_spondylolisthesis"},
        ),
        (70, CLAUDICATION, ["sac_compression L4-L5 present"], {"central_stenosis", "degenerative_spondylolisthesis"}),
        (66, L4, ["foraminal_stenosis L4-L5 severe right"], {"spondylosis_osteophyte"}),
        (40, L5, ["herniation_subarticular L4-L5 extrusion left"], {"disc_herniation"}),
        (40, L5, ["herniation_central L4-L5 protrusion"], {"disc_herniation"}),
        (45, CAUDA, ["herniation_central L4-L5 extrusion"], {"disc_herniation"}),
    ],
)  # fmt: skip
def test_a_complete_report_that_names_the_lesion_confirms_it(age, history, named, cause):
    imaging = []
    for text in named:
        finding, level, state, *side = text.split()
        row = {"finding": f"img_{finding}", "level": level, "state": state, "study": "mri"}
        imaging.append({**row, "side": side[0]} if side else row)
    probability = {}
    for complete in (None, False, True):
        case = {"context": {"age": age, "setting": "primary_care"}, "findings": list(history)}
        if complete is not None:
            case["studies"] = [{"id": "mri", "modality": "mri", "region": "lumbar", "complete": complete}]
            case["findings"] += imaging
        answer = foramen.assess(case_from_mapping(case), detail="summary")
        probability[complete] = sum(c.estimate.probability for c in answer.causes if c.cause in cause)
    assert probability[True] > probability[None]
    assert min(probability[True], probability[False]) > 0.7


def test_a_complete_report_of_an_infected_disc_is_not_silent_about_its_marrow():
    """Oedema beside the disc goes without saying; a normal blood test had then made the infection a bystander."""

    def infection(complete: bool, *more: dict) -> float:
        named = [("img_disc_infection", "L2-L3"), ("img_epidural_collection", "L3-L4")]
        found = [{"finding": finding, "level": level, "study": "mri"} for finding, level in named]
        case = {
            "context": {"age": 68, "setting": "emergency"},
            "studies": [{"id": "mri", "modality": "mri", "region": "lumbar", "complete": complete}],
            "findings": [*ILL, *found, *more],
        }
        answer = foramen.assess(case_from_mapping(case), detail="summary")
        ours = {"discitis_osteomyelitis", "epidural_abscess", "psoas_abscess"}
        return sum(c.estimate.probability for c in answer.causes if c.cause in ours)

    assert infection(complete=True) > 0.9
    assert infection(True, {"finding": "crp", "state": "normal"}) > 0.6


CANCER = [
    {"finding": "pain_back"},
    {"finding": "cancer_history"},
    {"finding": "night_pain"},
    {"finding": "unrelenting_pain"},
    {"finding": "duration", "state": "weeks"},
    {"finding": "course", "state": "worsening"},
    {"finding": "psa_raised"},
]


def test_normal_scans_of_spine_and_pelvis_speak_against_deposits_there():
    def metastasis(*regions: str) -> float:
        case = {"context": {"age": 72, "sex": "male", "setting": "primary_care"}, "findings": list(CANCER)}
        if regions:
            case["studies"] = [
                {"id": region, "modality": "mri", "region": region, "complete": True} for region in regions
            ]
            case["findings"].append({"finding": "img_disc_degeneration", "level": "L3-L4", "study": regions[0]})
        answer = foramen.assess(case_from_mapping(case), detail="summary")
        return next(c.estimate.probability for c in answer.causes if c.cause == "vertebral_metastasis")

    unseen, lumbar, everywhere = metastasis(), metastasis("lumbar"), metastasis("lumbar", "pelvis", "whole_spine")
    assert unseen > lumbar > everywhere


def test_of_two_narrow_discs_the_severe_one_is_named_first():
    """A lesion of two levels counts at both: the upper one alone had been named, though mildly narrow."""
    findings = [
        *CLAUDICATION,
        {"finding": "img_central_stenosis", "level": "L4-L5", "state": "severe", "study": "mri"},
        {"finding": "img_central_stenosis", "level": "L3-L4", "state": "mild", "study": "mri"},
    ]
    studies = [{"id": "mri", "modality": "mri", "region": "lumbar", "complete": True}]
    case = {"context": {"age": 73, "setting": "spine_clinic"}, "findings": findings, "studies": studies}
    answer = foramen.assess(case_from_mapping(case), detail="summary")
    first = next(p for p in answer.places if p.cause == "central_stenosis")
    assert first.level == "L4-L5"


@pytest.mark.parametrize(
    ("age", "named", "cause"),
    [
        (20, "benign_bone_nidus vertebra=L4", "primary_bone_tumour"),
        (68, "multiple_bone_lesions", "vertebral_metastasis"),
        (50, "osteophyte_foraminal level=L4-L5 side=left", "spondylosis_osteophyte"),
        (70, "fracture vertebra=L4 state=burst", "vertebral_fragility_fracture"),
        (40, "fracture vertebra=L4 state=burst", "traumatic_fracture"),
        (70, "listhesis level=L4-L5 state=grade1", "degenerative_spondylolisthesis"),
        (55, "listhesis level=L4-L5 state=grade2", "degenerative_spondylolisthesis"),
        (40, "modic level=L4-L5", "disc_degeneration"),
    ],
)
def test_the_word_that_stands_for_a_lesion_does_not_speak_against_it(age, named, cause):
    """A spur narrows its foramen, a nidus lies in oedema, Modic changes stand beside a worn disc: it goes without
    saying. Each had made its own lesion less likely than no scan at all."""
    finding, *rest = named.split()
    row = {"finding": f"img_{finding}", "study": "mri", **dict(part.split("=") for part in rest)}
    probability = []
    for complete in (None, False, True):
        case = {
            "context": {"age": age},
            "findings": [{"finding": "pain_back"}, {"finding": "duration", "state": "months"}],
        }
        if complete is not None:
            case["studies"] = [{"id": "mri", "modality": "mri", "region": "lumbar", "complete": complete}]
            case["findings"].append(row)
        answer = foramen.assess(case_from_mapping(case), detail="summary")
        probability.append(next(c.estimate.probability for c in answer.causes if c.cause == cause))
    assert min(probability[1:]) > probability[0]


def test_a_worn_disc_that_is_all_a_scan_shows_keeps_a_good_part_of_its_probability():
    """What else a worn segment may show is worn for the same reason: its absence had been counted ten times over."""
    history = ["pain_back", "worse_sitting", "flexion_limited"]
    case = {
        "context": {"age": 45, "setting": "spine_clinic"},
        "findings": [{"finding": f} for f in history] + [{"finding": "duration", "state": "months"}],
    }
    before, after = (
        next(
            c.estimate.probability
            for c in foramen.assess(case_from_mapping(c), detail="summary").causes
            if c.cause == "disc_degeneration"
        )
        for c in (
            case,
            {
                **case,
                "studies": [{"id": "mri", "modality": "mri", "region": "lumbar", "complete": True}],
                "findings": [
                    *case["findings"],
                    {"finding": "img_disc_degeneration", "level": "L4-L5", "state": "present", "study": "mri"},
                ],
            },
        )
    )
    assert after > 0.4 * before  # it had kept a fifth
