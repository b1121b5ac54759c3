"""Whom a guideline speaks of."""

import sys
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import clear

from foramen.errors import KnowledgeError
from foramen.knowledge import load_knowledge
from foramen.knowledge.loader import FOLDER
from foramen.knowledge.plan_schema import ABOUT
from foramen.plan.evidence import Evidence
from foramen.plan.make import make_plan


def spoken(treatment: str, about: str, **more: Any) -> list[bool]:
    """Of the stances about a population, which speak of the case."""
    options = make_plan(clear(**more)).options
    return [s.applies for s in next(o for o in options if o.treatment == treatment).stances if s.about == about]


def test_a_severe_or_growing_weakness_is_spoken_of() -> None:
    """These stances named people that no case was ever one of."""
    for rules in ({}, {"motor_deficit_severe": "emergency"}, {"motor_deficit_mild": "soon"}):
        found = spoken("microdiscectomy", "motor_deficit", rules=rules)
        assert len(found) == 2
        assert set(found) == {"motor_deficit_severe" in rules}


@pytest.mark.parametrize("treatment", ["antidepressants", "gabapentinoids"])
def test_nerve_pain_is_that_of_nerves_not_of_roots(treatment: str) -> None:
    assert spoken(treatment, "neuropathic_pain", cause="polyneuropathy") == [True]
    assert spoken(treatment, "neuropathic_pain", cause="disc_herniation") == [False]


def test_every_population_is_one_that_some_case_is_of() -> None:
    """Each share is 1 for a case made of it: a population that none is of would silence its guideline."""
    of = {
        "low_back_pain": {"cause": "nonspecific_low_back_pain"},
        "stenosis": {"cause": "central_stenosis"},
        "spondylolisthesis": {"cause": "isthmic_spondylolisthesis"},
        "fracture": {"cause": "traumatic_fracture"},
        "tumour": {"cause": "vertebral_metastasis"},
        "infection": {"cause": "epidural_abscess"},
        "cauda_equina": {"urgency": "emergency"},
        "motor_deficit": {"rules": {"motor_deficit_severe": "emergency"}},
        "neuropathic_pain": {"cause": "meralgia_paraesthetica"},
    }
    for about in ABOUT:
        share = Evidence(clear(**of.get(about, {"no_root": 0.0})), ("acute",))._share(about)
        assert share == pytest.approx(1.0), about


def test_a_population_that_is_none_is_refused_with_the_nearest(tmp_path: Path) -> None:
    folder = copytree(FOLDER, tmp_path / "knowledge", ignore=lambda _, names: [n for n in names if n.endswith(".pyc")])
    file = folder / "treatments" / "gabapentinoids.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("about: neuropathic_pain", "about: nerve pain"))
    with pytest.raises(KnowledgeError, match=r"gabapentinoids.*about.*nerve pain"):
        load_knowledge(folder)
