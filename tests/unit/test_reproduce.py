"""Published figures against what the model implies: the arithmetic, the checks shipped, the faults named."""

from collections import Counter
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from foramen.errors import KnowledgeError
from foramen.inference import events, reproduce
from foramen.inference.reproduce import Row

BAND = 2  # 35-49 years


@pytest.fixture(scope="module")
def rows(engine):
    return reproduce.reproduce(engine)


def chance(engine, *specs):
    read = [events.read_event(engine.model, spec, BAND, "test") for spec in specs]
    return reproduce._probabilities(engine, read, BAND)


def check_file(tmp_path: Path, body: str) -> Path:
    (tmp_path / "one.yaml").write_text("id: one\npeople: test\n" + body, encoding="utf-8")
    return tmp_path


# --- events and predicates ---


def test_single_finding_is_the_engines_likelihood(engine):
    (p,) = chance(engine, {"finding": "slr", "side": "right"})
    want = np.exp(engine.likelihood([{"slr@right": (0.0, 1.0, 1.0)}], BAND)[0])
    np.testing.assert_allclose(p, want, atol=1e-12)


def test_not_any_all_follow_the_rules_of_probability(engine):
    a, b = "slr", {"finding": "reflex_ankle", "state": ["absent"]}
    pa, pb, either, joint, neither = chance(
        engine, a, b, {"any_of": [a, b]}, {"all_of": [a, b]}, {"not": {"any_of": [a, b]}}
    )
    np.testing.assert_allclose(either + joint, pa + pb, atol=1e-9)
    np.testing.assert_allclose(either + neither, 1.0, atol=1e-9)


def test_at_least_counts_like_the_sum_over_all_combinations(engine):
    items = ["pain_calf", "numb_calf", {"finding": "pain_leg", "side": "both"}, "worse_sitting"]
    (counted,) = chance(engine, {"at_least": 2, "of": items})
    total = np.zeros_like(counted)
    for wanted in product((True, False), repeat=len(items)):
        if sum(wanted) >= 2:
            parts = [item if yes else {"not": item} for item, yes in zip(items, wanted, strict=True)]
            total += chance(engine, {"all_of": parts})[0]
    np.testing.assert_allclose(counted, total, atol=1e-9)


def test_both_sides_is_rarer_than_either_and_equal_for_a_mirror(engine):
    left, right, both, either = chance(
        engine, *({"finding": "pain_leg", "side": side} for side in ("left", "right", "both", "any"))
    )
    np.testing.assert_allclose(left + right, both + either, atol=1e-9)
    assert (both <= np.minimum(left, right) + 1e-9).all()


def test_age_is_an_event_that_the_band_decides(engine):
    young, old = (events.read_event(engine.model, {"age_from": 50}, band, "test") for band in (2, 3))
    assert not young
    assert old == events.SURE


def test_predicates_divide_the_scenarios(engine):
    model = engine.model
    masks = [events.read_predicate(model, {"roots": word}, "test") for word in ("none", "one_side", "both_sides")]
    assert (np.sum(masks, axis=0) == 1).all()
    affected = events.read_predicate(model, {"root": {"is": ["L5"], "only": True}}, "test")
    codes = model.scenarios.roots[affected]
    assert (codes[:, 0, 4] > 0).all()
    assert not codes[:, 0, [0, 1, 2, 3, 5]].any()
    narrow = events.read_predicate(model, {"cause": ["@stenotic"], "not": {"cauda": True}}, "test")
    assert not model.scenarios.cauda[narrow].any()


def test_counting_legs_keeps_the_mass_of_one_sided_lesions(engine):
    s = engine.model.scenarios
    weight = events.leg_weight(engine.model)
    left, right = (s.roots > 0).any(axis=2).T
    assert set(weight[left & ~right]) == {1.0}
    assert set(weight[right & ~left]) == {0.0}
    assert set(weight[left & right]) == {0.5}


# --- the quantities ---


def test_sensitivity_and_specificity_are_weighted_means(engine, tmp_path):
    figure = "slr_sens_vroomen2002"
    folder = check_file(
        tmp_path,
        "ages: {'35-49': 1}\nsetting: emergency\npopulation: {cause: [disc_herniation, facet_pain]}\n"
        "target: {cause: [disc_herniation]}\nrows:\n"
        f"  - {{figure: {figure}, quantity: sensitivity, finding: slr}}\n"
        f"  - {{figure: {figure}, quantity: specificity, finding: slr}}\n"
        f"  - {{figure: {figure}, quantity: lr_pos, finding: slr}}\n"
        f"  - {{figure: {figure}, quantity: share}}\n"
        f"  - {{figure: {figure}, quantity: predictive, finding: slr, prevalence: 0.5}}\n",
    )
    sensitivity, specificity, lr, share, predictive = (r.implied for r in reproduce.reproduce(engine, folder))
    model = engine.model
    at = [engine.contexts({"setting": "emergency", "age": age})[0][1] for age in (38.75, 46.25)]  # half by half
    w = (np.exp(engine.prior(at[0])) + np.exp(engine.prior(at[1]))) / 2
    p = np.exp(engine.likelihood([{"slr@left": (0.0, 1.0, 1.0)}], BAND)[0])
    ill, well = (model.scenarios.lead == model.scenarios.causes.index(c) for c in ("disc_herniation", "facet_pain"))
    want = (w * p)[ill].sum() / w[ill].sum(), (w * p)[well].sum() / w[well].sum()
    assert sensitivity == pytest.approx(want[0], abs=1e-9)
    assert specificity == pytest.approx(1 - want[1], abs=1e-9)
    assert lr == pytest.approx(want[0] / want[1], rel=1e-9)
    assert share == pytest.approx(w[ill].sum() / w[ill | well].sum(), rel=1e-9)
    assert predictive == pytest.approx(want[0] / (want[0] + want[1]), rel=1e-9)


def test_inclusion_conditions_findings_that_hang_together(engine, tmp_path):
    body = "ages: {'35-49': 1}\nrows:\n  - {figure: slr_sens_vroomen2002, quantity: proportion, finding: pain_calf%s}\n"
    free = reproduce.reproduce(engine, check_file(tmp_path, body % ""))[0].implied
    known = reproduce.reproduce(engine, check_file(tmp_path, body % ", inclusion: pain_calf"))[0].implied
    assert free < 0.9
    assert known == pytest.approx(1.0)


def test_area_under_the_curve_knows_chance_and_certainty():
    assert reproduce._area(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(1.0)
    assert reproduce._area(np.array([0.3, 0.7]), np.array([0.3, 0.7])) == pytest.approx(0.5)
    # one item with sensitivity 0.8 and specificity 0.9: the mean of the two
    assert reproduce._area(np.array([0.8, 0.2]), np.array([0.1, 0.9])) == pytest.approx(0.85)


def test_hanley_mcneil_matches_the_worked_example():
    low, high = reproduce.hanley_mcneil(0.893, 51, 58)  # area of their table I, standard error 0.032
    assert (high - low) / 2 / 1.96 == pytest.approx(0.032, abs=0.001)


def test_more_items_never_lower_the_area(engine, tmp_path):
    row = "  - {figure: hist_auc_vroomen2002, quantity: auc, items: [%s], n: [152, 122]}\n"
    items = ["leg_pain_dominant", "leg_pain_dominant, cough_sneeze_worse", "leg_pain_dominant, cough_sneeze_worse, slr"]
    body = "unit: leg\nage: [18, 65]\ninclusion: pain_leg\ntarget: {root: {}}\nrows:\n" + "".join(
        row % i for i in items
    )
    areas = [r.implied for r in reproduce.reproduce(engine, check_file(tmp_path, body))]
    assert areas == sorted(areas)
    assert 0.5 < areas[0] < areas[2] < 1.0


# --- verdicts ---


def row(figure, verdict, interval, rivals=()):
    return Row("c", figure, "s", "sensitivity", "t", 0.5, interval, 0.5, verdict, "used", tuple(rivals))


def test_contradicted_only_by_a_disjoint_rival_that_the_model_keeps():
    kept = {"b": (0.6, 0.8)}
    assert reproduce._contradicted(row("a", "outside", (0.2, 0.4), ["b"]), kept)
    assert not reproduce._contradicted(row("a", "outside", (0.2, 0.65), ["b"]), kept)  # a number could suit both
    assert not reproduce._contradicted(row("a", "outside", (0.2, 0.4), ["b"]), {})  # the model keeps neither
    assert not reproduce._contradicted(row("a", "inside", (0.2, 0.4), ["b"]), kept)


def test_shares_count_used_and_held_back_apart():
    found = [row("a", "inside", (0, 1)), row("b", "outside", (0, 1)), row("c", "contradicted", (0, 1))]
    found.append(row("d", "not_checkable", None))
    assert reproduce.shares_inside(found) == {"used": (1, 3), "held_back": (0, 0), "all": (1, 3)}
    assert reproduce.shares_inside(found, contradicted=False)["used"] == (1, 2)


# --- the checks shipped ---


def test_every_row_has_a_verdict_that_follows_from_its_interval(rows):
    for r in rows:
        assert np.isfinite(r.implied), r
        assert r.implied >= 0
        if r.interval is None:
            assert r.verdict == "not_checkable"
        else:
            inside = r.interval[0] - 1e-9 <= r.implied <= r.interval[1] + 1e-9
            assert (r.verdict == "inside") == inside, r


def test_checks_cover_the_figures_used(engine, rows):
    modelled = {r.figure for r in rows}
    reasons = reproduce.cannot_model()
    assert not modelled & set(reasons)
    assert all(figure in engine.model.knowledge.figures and len(why) > 20 for figure, why in reasons.items())
    cited = {figure for number in engine.model.knowledge.numbers for figure in number.figures}
    missing = cited - modelled - set(reasons)
    assert not missing, f"no row in knowledge/reproduction and no reason in cannot_model.yaml: {sorted(missing)}"


def test_a_figure_is_checked_once(rows):
    assert [figure for figure, n in Counter(r.figure for r in rows).items() if n > 1] == []


def test_most_used_figures_are_reproduced(rows):
    assert sum(r.verdict != "not_checkable" for r in rows) >= 250
    inside, checkable = reproduce.shares_inside(rows)["used"]
    assert inside / checkable >= 0.65  # a floor against slipping back, not the aim


def test_every_check_says_who_its_people_were():
    for check in reproduce.checks():
        assert len(check["people"]) > 20, check["id"]


# --- faults ---


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{figure: slr_sens_vroomen20002, quantity: sensitivity, finding: slr}", "slr_sens_vroomen2002"),
        ("{figure: slr_sens_vroomen2002, quantity: sensitivty, finding: slr}", "quantity"),
        ("{figure: slr_sens_vroomen2002, quantity: sensitivity, finding: slrr}", "slr"),
        ("{figure: slr_sens_vroomen2002, quantity: sensitivity, finding: slr, state: [high]}", "high"),
        ("{figure: slr_sens_vroomen2002, quantity: sensitivity, finding: slr, side: near}", "near"),
        ("{figure: slr_sens_vroomen2002, quantity: sensitivity, finding: slr, wieght: 2}", "wieght"),
        ("{figure: slr_sens_vroomen2002, quantity: sensitivity, event: {one_of: [slr]}}", "one_of"),
        ("{figure: slr_sens_vroomen2002, quantity: share, target: {cause: [slipped_disc]}}", "slipped_disc"),
        ("{figure: slr_sens_vroomen2002, quantity: share, target: {kind: [disc]}}", "kind"),
        ("{figure: slr_sens_vroomen2002, quantity: share, disagrees_with: [nobody]}", "nobody"),
    ],
)
def test_faults_are_named_with_file_and_row(engine, tmp_path, line, words):
    with pytest.raises(KnowledgeError) as caught:
        reproduce.reproduce(engine, check_file(tmp_path, f"rows:\n  - {line}\n"))
    assert "reproduction/one.yaml" in str(caught.value)
    assert words in str(caught.value)


def test_a_check_is_named_like_its_file(engine, tmp_path):
    (tmp_path / "two.yaml").write_text("id: one\npeople: test\nrows: []\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="differs from the file name"):
        reproduce.reproduce(engine, tmp_path)
