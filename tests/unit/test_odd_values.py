"""Values that tables hold for what is not known, and numbers beyond all measure: told in one line, wherever given."""

from dataclasses import fields
from decimal import Decimal

import numpy as np
import pytest

import foramen
from foramen.assessment.intervals import MOST_DRAWS
from foramen.case import Case, Observation, Study
from foramen.errors import CaseError, shorten


class NAType:
    """As ``pandas.NA``: it refuses to be compared or to be true or false."""

    def __bool__(self):
        raise TypeError("boolean value of NA is ambiguous")

    def __eq__(self, other):
        return self

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = None

    def __repr__(self):
        return "<NA>"


ODD = {
    "pandas.NA": NAType(),
    "nan": float("nan"),
    "NaT": np.datetime64("NaT"),
    "masked": np.ma.masked,
    "array": np.array([1, 2]),
    "signalling": Decimal("sNaN"),
    "huge": 10**5000,
}
MISSING = ("pandas.NA", "nan", "NaT", "masked")


@pytest.fixture(params=ODD)
def odd(request):
    return ODD[request.param]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((Case, f.name) for f in fields(Case)),
        *((Observation, f.name) for f in fields(Observation)),
        *((Study, f.name) for f in fields(Study)),
    ],
    ids=lambda x: x if isinstance(x, str) else x.__name__,
)
def test_no_field_takes_one(kind, name, odd):
    needed = {Case: {}, Observation: {"finding": "slr"}, Study: {"id": "mri"}}[kind]
    with pytest.raises(CaseError) as caught:
        kind(**{**needed, name: odd})
    assert caught.value.field.startswith(name)


@pytest.mark.parametrize("key", ["age", "sex", "setting"])
def test_no_context_holds_one(key, odd, engine):
    with pytest.raises(CaseError):
        foramen.read_case({"context": {key: odd}})
    with pytest.raises(CaseError) as caught:
        engine.contexts({key: odd})
    assert caught.value.field == key


@pytest.mark.parametrize("key", ["setting", "draws", "detail"])
def test_no_assessment_is_made_with_one(key, odd):
    with pytest.raises(CaseError) as caught:
        foramen.assess(Case(), **{key: odd})
    assert caught.value.field == key


def test_no_evidence_is_one(odd, engine):
    for evidence in (odd, [odd], [{"slr@left": odd}]):
        with pytest.raises(CaseError):
            engine.posteriors(evidence)


@pytest.mark.parametrize("name", MISSING)
def test_the_cure_of_what_is_missing_never_makes_a_finding_present(name, engine):
    for key in ("age", "sex", "setting"):
        with pytest.raises(CaseError, match="Give None where it is not known"):
            Case(**{key: ODD[name]})
        with pytest.raises(CaseError, match="Give None where it is not known"):
            engine.contexts({key: ODD[name]})
    for key in ("mrc", "degrees"):
        with pytest.raises(CaseError, match="Leave the finding out where it is not known"):
            Observation("power_hip_flexion", **{key: ODD[name]})
    with pytest.raises(CaseError, match="Leave out what is not known"):
        engine.posteriors([{"slr@left": ODD[name]}])


@pytest.mark.parametrize("draws", [MOST_DRAWS + 1, 10**9, 10**5000], ids=["one more", "10**9", "10**5000"])
def test_draws_have_a_maximum(draws):
    """A thousand million of them ended in a MemoryError, or took the machine with it."""
    with pytest.raises(CaseError, match=f"draws: expected a whole number of draws from 1 to {MOST_DRAWS}"):
        foramen.assess(Case(), draws=draws)


@pytest.mark.parametrize("grade", ["5+", "0-", "6", "4-5", "IV", "M4", "grade 4", "4/5+", "-1", "3.5", ""])
def test_a_grade_of_power_that_is_none_is_told_as_it_was_given(grade):
    """ "5+" was told as 5.333333333333333, out of range."""
    with pytest.raises(CaseError) as caught:
        foramen.read_case({"findings": [{"finding": "power_hip_flexion", "side": "left", "mrc": grade}]})
    words = f"findings[0].mrc: not a grade of power. Given: {grade!r}. Allowed: 0, 1, 2, 3, 4, 5. One grade, also"
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(("grade", "value"), [("4", 4), ("4/5", 4), ("4-", 11 / 3), (" 3+/5 ", 10 / 3), ("5-", 14 / 3)])
def test_grades_of_power_as_they_are_written(grade, value):
    case = foramen.read_case({"findings": [{"finding": "power_hip_flexion", "side": "left", "mrc": grade}]})
    assert case.observations[0].mrc == pytest.approx(value)


def test_what_cannot_be_written_is_named_by_its_type():
    class Silent:
        def __repr__(self):
            raise RuntimeError

    assert (shorten(10**5000), shorten(Silent())) == ("<int>", "<Silent>")
    assert shorten("a\nb") == "'a\\nb'"
