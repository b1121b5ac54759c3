"""Which published effect stands beside a treatment: one found in people like this one, or none."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import PLAN, clear

from foramen.plan.make import make_plan
from foramen.plan.result import EffectAnswer
from foramen.plan.words import effect_words, main_effect

LIKE = {
    "disc_herniation": "radicular", "nonspecific_low_back_pain": "low_back_pain", "central_stenosis": "stenosis",
    "vertebral_fragility_fracture": "fracture",
}  # fmt: skip


def shown(treatment: str, stage: str, cause: str, no_root: float) -> EffectAnswer | None:
    plan = make_plan(clear(stage, cause, no_root=no_root))
    return main_effect(next(o for o in plan.options if o.treatment == treatment))


@pytest.mark.parametrize(
    ("treatment", "stage", "cause", "value"),
    [
        ("exercise_general", "chronic", "nonspecific_low_back_pain", -15.2),
        ("exercise_trunk", "chronic", "nonspecific_low_back_pain", -10.01),
        ("chiropractic_manipulation", "chronic", "nonspecific_low_back_pain", -3.17),
        ("antidepressants", "chronic", "nonspecific_low_back_pain", -5.3),
        ("nsaid_tablet", "acute", "nonspecific_low_back_pain", -7.29),
        ("nsaid_tablet", "chronic", "nonspecific_low_back_pain", -3.3),
        ("nsaid_tablet", "acute", "disc_herniation", -4.56),
        ("exercise_general", "chronic", "disc_herniation", -11.43),
        ("exercise_general", "chronic", "central_stenosis", -14),
    ],
)
def test_the_effect_is_of_this_persons_complaint(treatment: str, stage: str, cause: str, value: float) -> None:
    effect = shown(treatment, stage, cause, 0.1 if LIKE[cause] != "low_back_pain" else 0.9)
    assert effect
    assert effect.value == value
    assert effect.population == LIKE[cause]


@pytest.mark.parametrize("cause", LIKE)
@pytest.mark.parametrize("stage", ["acute", "subacute", "chronic"])
def test_no_figure_is_shown_from_another_population_or_stage(cause: str, stage: str) -> None:
    plan = make_plan(clear(stage, cause, no_root=0.1 if cause in ("disc_herniation", "central_stenosis") else 0.9))
    for o in plan.options:
        effect = main_effect(o)
        if effect is None:
            continue
        rows = [e for e in PLAN.treatments[o.treatment].effects if e.words == effect.words]
        named = effect.population == "other" and any(cause in e.causes for e in rows)  # its file says in which causes
        assert named or effect.population == LIKE[cause], (o.treatment, effect)
        assert any(stage in e.stages for e in rows)


def test_root_pain_figures_need_a_likely_root() -> None:
    herniation_without_root = shown("exercise_general", "subacute", "disc_herniation", 0.8)
    assert herniation_without_root is None


@pytest.mark.parametrize("cause", ["nonspecific_low_back_pain", "central_stenosis", "spondylosis_osteophyte"])
def test_shrinking_herniations_back_no_waiting_elsewhere(cause: str) -> None:
    situation = clear("acute", cause, no_root=0.1)
    waiting = next(o for o in make_plan(situation).options if o.treatment == "watchful_waiting")
    assert not [e for e in waiting.effects if e.applies and "shr" in e.words]


def test_a_mixed_case_shows_the_likelier_population() -> None:
    mixed = replace(clear("chronic"), causes={"nonspecific_low_back_pain": 0.6, "disc_herniation": 0.4}, no_root=0.6)
    option = next(o for o in make_plan(mixed).options if o.treatment == "exercise_general")
    effect = main_effect(option)
    assert effect
    assert effect.population == "low_back_pain"


def test_time_and_certainty_are_told() -> None:
    effect = shown("chiropractic_manipulation", "chronic", "nonspecific_low_back_pain", 0.9)
    assert effect
    assert "at 4 weeks" in effect_words(effect)
    assert "certainty moderate" in effect_words(effect)
    function = shown("cognitive_behavioural_therapy", "chronic", "nonspecific_low_back_pain", 0.9)
    assert function
    assert "at 26 weeks" in effect_words(function)


def test_a_figure_is_the_effect_of_one_treatment() -> None:
    """A trial of supervised exercise had been shown twice, the second time as the effect of hands on the spine."""
    owners: dict[str, list[str]] = {}
    for t in PLAN.treatments.values():
        for e in t.effects:
            if e.scale == "points_0_100" and t.family != "referral":
                owners.setdefault(e.figure.id, []).append(t.id)
    for figure, ids in owners.items():
        assert set(ids[1:]) <= set(PLAN.treatments[ids[0]].same_way), figure


def test_a_number_that_nobody_graded_comes_with_its_limits() -> None:
    effect = shown("exercise_trunk", "subacute", "disc_herniation", 0.1)
    assert effect
    assert effect.value == -28.85
    assert "not robust" in effect_words(effect)


@pytest.mark.parametrize(
    ("treatment", "arms"),
    [("chiropractic_manipulation", ("55", "20")), ("epidural_steroid_transforaminal", ("20 of 28", "9 of 27"))],
)
def test_a_share_comes_with_that_of_the_other_arm(treatment: str, arms: tuple[str, str]) -> None:
    words = [e.words for e in PLAN.treatments[treatment].effects if e.scale == "proportion"]
    assert all(arm in text for text in words for arm in arms)


@pytest.mark.parametrize("treatment", PLAN.treatments.values(), ids=lambda t: t.id)
def test_a_page_names_a_cause_under_one_role_a_stage(treatment) -> None:
    """Disc herniation had stood under "option" and under "unproven"; the plan takes the first row that fits."""
    for stage in ("acute", "subacute", "chronic"):
        told = [treatment.reached(i) for i, u in enumerate(treatment.use) if u.stages == (stage,) and not u.if_present]
        assert len(frozenset().union(*told)) == sum(map(len, told))
    always = [i for i, u in enumerate(treatment.use) if len(u.stages) == 3 and not u.if_present]
    assert all(not treatment.reached(i) & treatment.reached(j) for i in always for j in always if i < j)
