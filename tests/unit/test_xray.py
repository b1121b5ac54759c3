"""Measures of pelvis and lordosis: soft evidence, capped, and silent where the case states the same."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from foramen.assessment.assess import assess
from foramen.case import Case
from foramen.errors import CaseError, ContradictionError
from foramen.model.sagittal import log_densities, measurable
from foramen.records.case_file import read_case
from foramen.records.case_writer import case_to_yaml
from foramen.records.evidence import items_of, weigh_items

SLIP_LIKE = {"pelvic_incidence": 82, "pelvic_tilt": 27, "lumbar_lordosis": 72, "pelvic_radius": 112}
FINDINGS = [{"finding": "pain_calf", "side": "left"}, {"finding": "pain_buttock", "side": "left"}]


@pytest.fixture(scope="module")
def profile(engine):
    return engine.model.knowledge.sagittal


def case(measurements=None, findings=(), **more) -> Case:
    return read_case({"findings": list(findings), "measurements": measurements or {}, **more})


def vector(engine, measurements, findings=()):
    items = items_of(case(measurements, findings), engine.model)
    return weigh_items(items).vectors.get(engine.model.knowledge.sagittal.finding)


def by_hand(mean, covariance, x):
    """Log density of one or two measures, written out."""
    if len(x) == 1:
        return -0.5 * ((x[0] - mean[0]) ** 2 / covariance[0][0] + math.log(2 * math.pi * covariance[0][0]))
    (a, b), (_, d) = covariance
    u, v = x[0] - mean[0], x[1] - mean[1]
    det = a * d - b * b
    return -0.5 * ((d * u * u - 2 * b * u * v + a * v * v) / det + math.log(4 * math.pi**2 * det))


def test_one_measure_and_two_have_the_density_of_their_own_mean_and_covariance(profile):
    for names in itertools.chain(
        itertools.combinations(profile.measures, 1), itertools.combinations(profile.measures, 2)
    ):
        at = [profile.measures.index(n) for n in names]
        x = [60.0, 31.0][: len(names)]
        for got, group in zip(log_densities(profile, dict(zip(names, x, strict=True))), profile.classes, strict=True):
            covariance = [[group.covariance[i][j] for j in at] for i in at]
            assert got == pytest.approx(by_hand([group.mean[i] for i in at], covariance, x))


def test_what_is_not_given_is_integrated_out(profile):
    """Summing the density of two measures over one of them leaves that of the other."""
    grid = np.linspace(-200, 400, 6001)
    step = grid[1] - grid[0]
    both = [log_densities(profile, {"pelvic_incidence": x, "lumbar_lordosis": 50.0}) for x in grid]
    summed = np.log(np.exp(both).sum(axis=0) * step)
    assert summed == pytest.approx(log_densities(profile, {"lumbar_lordosis": 50.0}), abs=1e-6)


def test_sacral_slope_is_incidence_less_tilt(profile):
    two = log_densities(profile, {"pelvic_incidence": 60.0, "pelvic_tilt": 20.0})
    third = log_densities(profile, {"pelvic_tilt": 20.0, "sacral_slope": 40.0})
    # one of the two by the other: a change of variables of determinant 1
    assert third == pytest.approx(two)
    assert log_densities(
        profile, {"pelvic_incidence": 60.0, "pelvic_tilt": 20.0, "sacral_slope": 40.0}
    ) == pytest.approx(two)
    for got, group in zip(log_densities(profile, {"sacral_slope": 40.0}), profile.classes, strict=True):
        (a, b), (_, d) = (row[:2] for row in group.covariance[:2])
        assert got == pytest.approx(by_hand([group.mean[0] - group.mean[1]], [[a - 2 * b + d]], [40.0]))


def test_order_does_not_matter(engine):
    forwards = vector(engine, SLIP_LIKE)
    backwards = vector(engine, dict(reversed(SLIP_LIKE.items())))
    assert forwards == pytest.approx(backwards, rel=1e-12)
    assert max(forwards) == forwards[2] == 1.0


def test_the_exponent_is_below_one_and_takes_that_share_of_the_evidence(engine, profile):
    log_p = log_densities(profile, SLIP_LIKE)
    got = np.log(vector(engine, SLIP_LIKE))
    assert 0 < profile.exponent.total < 1
    assert got[2] - got[0] == pytest.approx(profile.exponent.total * (log_p[2] - log_p[0]))


def test_whatever_is_measured_no_account_gains_more_than_four_times_on_another(engine, profile):
    seen = [dict(zip(profile.range, values, strict=True)) for values in itertools.product(*profile.range.values())]
    cases = [{k: v for k, v in s.items() if k != "sacral_slope"} for s in seen] + [
        {k: v} for s in seen for k, v in s.items()
    ]
    rows = [{profile.finding: vector(engine, m)} for m in cases]
    for hard in np.eye(3):
        rows.append({profile.finding: tuple(hard)})
    moved = engine.likelihood(rows, 3)
    assert 2 < np.exp(np.ptp(moved, axis=1)).max() <= 4.0


def test_only_slips_and_herniations_are_told_apart(engine, profile):
    row = engine.likelihood([{profile.finding: vector(engine, SLIP_LIKE)}], 3)[0]
    s = engine.model.scenarios
    kinds = {"disc_herniation": 0, "isthmic_spondylolisthesis": 1, "degenerative_spondylolisthesis": 1}
    kind = np.array([kinds.get(c, 2) for c in (*s.causes, "")])
    known = s.lead != s.causes.index("none_of_these")
    found = {}
    for a, b, value in zip(kind[s.lead[known]], kind[s.companion[known]], row[known], strict=True):
        found.setdefault((a, b) if b != 2 else (a,), set()).add(round(float(value), 9))
    assert all(len(values) == 1 for values in found.values())
    neither, slip, herniation = (found[k,].pop() for k in (2, 1, 0))
    assert slip > neither > herniation - 1e-9


def test_one_case_alone_is_judged_as_among_many(engine, profile):
    rows = [
        {profile.finding: vector(engine, {"pelvic_incidence": x}), "pain_calf@left": "present"} for x in (40, 60, 90)
    ]
    together = engine.posteriors(rows)
    assert np.allclose(together, np.concatenate([engine.posteriors([row]) for row in rows]), atol=1e-12)


def test_a_profile_like_that_of_slips_speaks_for_slips_with_its_source(engine):
    plain = assess(case({}, FINDINGS, context={"age": 64}), engine=engine)
    measured = assess(case(SLIP_LIKE, FINDINGS, context={"age": 64}), engine=engine)

    def slips(answer):
        return sum(c.estimate.probability for c in answer.causes if "spondylolisthesis" in c.cause)

    assert slips(plain) < slips(measured) < 3 * slips(plain)
    weights = [w for w in measured.weights if w.finding == "img_sagittal_profile"]
    assert weights
    assert all("barreto_neto_uci_vertebral_column" in w.sources for w in weights)
    assert weights[0].label.startswith("Pelvic incidence 82°, pelvic tilt 27°")
    assert weights[0].provenance == "derived+assumption"
    assert any(s.id == "barreto_neto_uci_vertebral_column" for s in measured.sources)
    assert any(label.startswith("Pelvic incidence 82°") for label in measured.understood)


def test_the_interval_spans_the_range_of_the_exponent(engine, profile):
    from foramen.inference.drawn_tables import DrawnTables
    from foramen.inference.draws import DrawnLikelihood

    parameters = engine.model.parameters
    theta = np.repeat(parameters.base, 2, axis=0)
    theta[:, parameters.columns(profile.exponent)] = np.array(profile.exponent.range)[:, None]
    keep = np.arange(len(engine.model.scenarios), step=50)
    raw = vector(engine, SLIP_LIKE)
    (weak, strong), *_ = DrawnLikelihood(DrawnTables(engine.model, theta), 3, keep).rows([{profile.finding: raw}])
    assert np.ptp(strong) > np.ptp(weak) > 0
    for drawn, exponent in zip((weak, strong), profile.exponent.range, strict=True):
        likelihoods = tuple(np.array(raw) ** (exponent / profile.exponent.total))
        assert drawn == pytest.approx(engine.likelihood([{profile.finding: likelihoods}], 3)[0][keep], abs=1e-9)


def test_nothing_measured_changes_nothing_and_it_is_never_asked_for(engine):
    items = items_of(case({"egfr": 80}, FINDINGS), engine.model)
    assert not any(i.observation.finding == "img_sagittal_profile" for i in items)
    answer = assess(case({}, FINDINGS, context={"age": 64}), engine=engine)
    assert not any(n.finding == "img_sagittal_profile" for n in answer.next_findings)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"finding": "img_listhesis", "level": "L4-L5", "state": "grade1"}, "the slip itself is stated"),
        ({"finding": "img_listhesis", "level": "unstated"}, "the slip itself is stated"),
    ],
)
def test_a_slip_that_is_stated_leaves_the_measures_nothing_to_say(engine, more, why):
    items = items_of(case(SLIP_LIKE, [more]), engine.model)
    (item,) = (i for i in items if i.observation.finding == "img_sagittal_profile")
    assert not item.counts
    assert why in item.label


def test_a_slip_that_is_denied_leaves_them_their_say(engine):
    denied = {"finding": "img_listhesis", "level": "L4-L5", "state": "absent"}
    assert vector(engine, SLIP_LIKE, [denied]) == vector(engine, SLIP_LIKE)


def test_a_lost_lordosis_counts_once(engine):
    lost = {"finding": "img_lordosis_lost"}
    assert vector(engine, {**SLIP_LIKE, "lumbar_lordosis": 20}, [lost]) == vector(
        engine, {k: v for k, v in SLIP_LIKE.items() if k != "lumbar_lordosis"}
    )
    assert vector(engine, {"lumbar_lordosis": 20}, [lost]) is None


def test_a_value_beyond_the_data_is_not_counted_and_says_so(engine):
    items = items_of(case({"pelvic_incidence": 140, "pelvic_tilt": 20}), engine.model)
    (item,) = (i for i in items if i.observation.finding == "img_sagittal_profile")
    assert "pelvic incidence not counted: outside the data's range" in item.label
    assert item.vectors["img_sagittal_profile"] == vector(engine, {"pelvic_tilt": 20})


def test_angles_that_cannot_belong_together_are_named(engine):
    wrong = {"pelvic_incidence": 60, "pelvic_tilt": 15, "sacral_slope": 30}
    with pytest.raises(ContradictionError, match="pelvic incidence is pelvic tilt plus sacral slope") as error:
        items_of(case(wrong), engine.model)
    assert "measurements" in str(error.value)
    assert not any(str(v) in str(error.value) for v in wrong.values())
    assert vector(engine, {**wrong, "sacral_slope": 42})  # a few degrees are the error of reading


@pytest.mark.parametrize("name", ["slip", "listhesis", "degree_spondylolisthesis", "Slip_mm"])
def test_a_slip_is_no_measurement(name):
    with pytest.raises(CaseError, match="img_listhesis"):
        case({name: 6})


@pytest.mark.parametrize(
    ("name", "value"), [("pelvic_incidence", 400), ("pelvic_radius", -3), ("lumbar_lordosis", "flat")]
)
def test_bounds(name, value):
    with pytest.raises(CaseError, match=f"measurements.{name}"):
        case({name: value})


def test_measures_are_imaging_and_survive_writing(engine, profile):
    told = case({**SLIP_LIKE, "egfr": 70})
    assert told.without_imaging().measurements == {"egfr": 70}
    assert read_case(case_to_yaml(told)).measurements == told.measurements
    assert set(measurable(profile)) == set(profile.range)
