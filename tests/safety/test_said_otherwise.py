"""What is said in other words, twice, or against itself lowers no urgency and is told."""

import pytest

import foramen
from foramen.errors import CaseError
from foramen.inference.engine import Engine
from foramen.records.times import weeks
from foramen.triage import urgency


def case(*findings: object, **more: object) -> foramen.Case:
    context = {"age": 50, "sex": "male", "setting": "primary_care"}
    return foramen.read_case({"context": context, "findings": list(findings), **more})


@pytest.mark.parametrize("since", ["3 weeks", "three weeks", "3w", "3 wks", "ten days", "a week", "yesterday", "14d"])
def test_a_fresh_severe_weakness_is_an_emergency_however_its_time_is_written(since: str, engine: Engine) -> None:
    weak = {"finding": "power_ankle_dorsiflexion", "side": "left", "mrc": 2, "since": since}
    assert urgency(case(weak), engine, with_model=False).level == "emergency"


def test_times_in_other_words_are_read() -> None:
    assert weeks("1,5 weeks") == 1.5
    assert weeks("6-8 months") == weeks("6 months")  # the shorter end alarms more
    assert weeks("a few days") == weeks("3 days")
    assert weeks("several months") is weeks("the injury") is weeks("3") is None


def test_a_time_that_is_not_understood_is_told() -> None:
    weak = {"finding": "power_ankle_dorsiflexion", "side": "left", "mrc": 2, "since": "P3W"}
    assert any("P3W" in w and "not understood" in w for w in foramen.assess(case(weak), draws=5).warnings)
    injury = {**weak, "since": "the injury"}
    assert not any("not understood" in w for w in foramen.assess(case(injury), draws=5).warnings)


@pytest.mark.parametrize(
    ("listed", "finding"),
    [
        ({"medicines": ["warfarin"]}, "anticoagulant"),
        ({"medicines": ["adalimumab"]}, "immunosuppression"),
        ({"conditions": ["cirrhosis"]}, "renal_or_liver_disease"),
    ],
)
def test_what_is_denied_though_listed_counts_and_is_told(listed: dict, finding: str, engine: Engine) -> None:
    story = ["pain_back", {"finding": "weakness_reported", "side": "left", "new": True}]
    story.append({"finding": "onset", "state": "sudden"})
    denied = {"finding": finding, "state": "absent"}
    silent, against = case(*story, **listed), case(*story, denied, **listed)
    levels = [[r["id"] for r in urgency(c, engine, with_model=False).reasons] for c in (silent, against)]
    assert levels[0] == levels[1]
    assert any("denied, though" in w for w in foramen.assess(against, draws=5).warnings)
    assert not any("denied, though" in w for w in foramen.assess(silent, draws=5).warnings)


def test_a_fact_told_twice_is_one_fact() -> None:
    once, often = (foramen.assess(case(*["night_pain"] * n), draws=5) for n in (1, 8))
    assert [c.estimate.probability for c in once.causes] == [c.estimate.probability for c in often.causes]
    assert once.warnings == often.warnings


def test_an_empty_state_is_refused() -> None:
    with pytest.raises(CaseError, match="empty state"):
        case({"finding": "urinary_retention", "state": ""})


@pytest.mark.parametrize(
    ("since", "read"),
    [
        ("3/7", 3 / 7),
        ("6/12", 26.0),
        ("a fortnight", 2.0),
        ("2-3 weeks", 2.0),
        ("10 to 14 days", 10 / 7),
        ("2 years, worse for 2 days", 2 / 7),
        ("less than 2 days", 2 / 7),
        ("less than 3 months", None),
        ("two and a half years", None),
        ("since the fall and the operation", None),
    ],
)
def test_of_several_times_the_cautious_one_is_read(since: str, read: float | None) -> None:
    """ "And" had been a day, "less than 3 months" an old complaint, "worse for 2 days" not heard."""
    assert weeks(since) == (None if read is None else pytest.approx(read))


def test_tuberculosis_is_asked_for_where_a_collection_is_seen() -> None:
    for ground in (
        {"finding": "img_paraspinal_or_psoas_collection", "side": "left"},
        {"finding": "psoas_sign", "side": "left"},
    ):
        answer = foramen.assess(case("pain_back", ground), detail="summary")
        assert "tb_exposure" in {q["finding"] for q in answer.urgency.not_yet_asked}
