"""The intervals stand for all scenarios, though only the likeliest are drawn over."""

import numpy as np
import pytest

import foramen
from foramen.assessment import intervals

VAGUE = {
    "context": {"age": 60, "sex": "female", "setting": "primary_care"},
    "findings": ["pain_back", "night_pain"],
}


def test_the_intervals_of_few_scenarios_are_those_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of what was left out had been given to what was kept: upper ends of rare dangers stood at the answer."""
    case = foramen.read_case(VAGUE)
    few = {c.cause: c.estimate for c in foramen.assess(case, draws=20).causes}
    monkeypatch.setattr(intervals, "MOST", 6000)
    monkeypatch.setattr(intervals, "SUMMARY_COVERED", 0.99999)
    many = {c.cause: c.estimate for c in foramen.assess(case, draws=20).causes}
    told = [name for name, e in many.items() if e.probability >= 0.002]
    assert len(told) >= 15
    for name in told:
        assert few[name].probability == pytest.approx(many[name].probability, abs=1e-12)
    ends = np.array([[np.log(few[n].high / many[n].high), np.log(many[n].low / max(few[n].low, 1e-9))] for n in told])
    assert np.abs(np.median(ends, axis=0)).max() < np.log(1.2)
    assert ends[:, 0].min() > np.log(0.6)  # no upper end far too low
    assert few["vertebral_metastasis"].high > 1.5 * few["vertebral_metastasis"].probability


def test_no_end_of_an_interval_is_above_one() -> None:
    case = foramen.read_case(
        {
            "context": {"age": 45},
            "findings": [
                {"finding": "img_herniation_subarticular", "level": "L5-S1", "side": "left", "state": "extrusion"},
                {"finding": "reflex_ankle", "side": "left", "state": "lost"},
            ],
        }
    )
    a = foramen.assess(case, draws=20)
    answers = [*a.causes, *a.places, *a.sides, *a.roots]
    assert all(0 <= x.estimate.low <= x.estimate.probability <= x.estimate.high <= 1 for x in answers)
