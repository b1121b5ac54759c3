"""A case made in Python is held to the same limits as one that is read, and stays as it is."""

import copy
import pickle
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import foramen
from foramen.case import Case, Observation, Study, Tried
from foramen.errors import CaseError
from foramen.records.case_file import read_case, read_text

TEXT = "context: {age: 42}\nfindings: [night_pain]\n"


class TestLimits:
    @pytest.mark.parametrize(
        ("made", "field", "nearest"),
        [
            (lambda: Case(measurements={"egfr": float("nan")}), "measurements.egfr", None),
            (lambda: Case(measurements={"egfr": "30"}), "measurements.egfr", None),
            (lambda: Case(measurements={"egfr": -1}), "measurements.egfr", None),
            (lambda: Case(measurements={"eGFR": 10}), "measurements.eGFR", "egfr"),
            (lambda: Case(measurements=[("egfr", 10)]), "measurements", None),
            (lambda: Case(scores={"oswestry": float("inf")}), "scores.oswestry", None),
            (lambda: Case(scores={"pain_0_100": 101}), "scores.pain_0_100", None),
            (lambda: Case(medicines="apixaban"), "medicines", None),
            (lambda: Case(conditions="diabetes"), "conditions", None),
            (lambda: Case(no_conditions=(None,)), "no_conditions[0]", None),
            (lambda: Case(medicines_complete="yes"), "medicines_complete", None),
            (lambda: Case(age=float("nan")), "age", None),
            (lambda: Case(age=-1), "age", None),
            (lambda: Case(age="42"), "age", None),
            (lambda: Case(age=True), "age", None),
            (lambda: Case(sex="man"), "sex", None),
            (lambda: Case(setting="clinic"), "setting", "spine_clinic"),
            (lambda: Case(observations=("slr",)), "observations[0]", None),
            (lambda: Case(observations=Observation("night_pain")), "observations", None),
            (lambda: Case(source="a book"), "source", None),
            (lambda: Observation("power_hip_flexion", mrc=-5), "mrc", None),
            (lambda: Observation("power_hip_flexion", mrc=99), "mrc", None),
            (lambda: Observation("power_hip_flexion", mrc=float("nan")), "mrc", None),
            (lambda: Observation("slr", degrees=float("nan")), "degrees", None),
            (lambda: Observation("slr", degrees="40"), "degrees", None),
            (lambda: Observation("slr", state=True), "state", None),
            (lambda: Observation("slr", state=""), "state", None),
            (lambda: Observation("slr", state=" "), "state", None),
            (lambda: Observation("onset", not_states="sudden"), "not_states", None),
            (lambda: Observation("slr", new="yes"), "new", None),
            (lambda: Observation(None), "finding", None),
            (lambda: Study("a", modality="mr"), "modality", "mri"),
            (lambda: Study("a", complete="yes"), "complete", None),
            (lambda: Tried("heat", "no effect"), "result", "no_effect"),
            (lambda: Tried("heat", "helped", float("nan")), "weeks", None),
        ],
    )
    def test_what_would_be_passed_over_is_refused(self, made, field, nearest):
        with pytest.raises(CaseError) as caught:
            made()
        assert (caught.value.field, caught.value.nearest) == (field, nearest)

    def test_numbers_of_other_libraries_are_numbers(self):
        case = Case(age=np.int64(42), measurements={"egfr": np.float32(30), "inr": None}, scores={"oswestry": 40})
        assert (case.age, dict(case.measurements), dict(case.scores)) == (42.0, {"egfr": 30.0}, {"oswestry": 40.0})
        assert type(case.age) is type(case.measurements["egfr"]) is float
        assert Observation("slr", degrees=Fraction(81, 2)).degrees == 40.5
        read = read_case({"context": {"age": np.int32(42)}, "measurements": {"egfr": np.float64(30)}})
        assert (read.age, read.measurements) == (42.0, {"egfr": 30.0})
        assert Case(age=Decimal("42.5")).age == 42.5
        for bad in (Decimal("NaN"), Decimal("sNaN"), 10**400):
            with pytest.raises(CaseError):
                Case(age=bad)

    def test_flags_of_a_table_are_flags(self):
        case = Case(medicines_complete=np.True_, observations=(Observation("slr", new=np.False_),))
        assert case.medicines_complete is True
        assert case.observations[0].new is False
        assert Study("mri", complete=np.bool_(True)).complete is True
        with pytest.raises(CaseError):
            Case(medicines_complete=np.int64(1))

    def test_lists_are_kept_as_tuples(self):
        case = Case(medicines=["apixaban"], observations=[Observation("onset", not_states=["sudden"])])
        assert case.medicines == ("apixaban",)
        assert case.observations == (Observation("onset", not_states=("sudden",)),)


class TestFrozen:
    def test_the_caller_cannot_change_it_afterwards(self):
        measured = {"egfr": 20.0}
        case = Case(measurements=measured, scores=(scores := {"oswestry": 40.0}), source=(source := {"title": "x"}))
        for given in (measured, scores, source):
            given.clear()
        assert (case.measurements, case.scores, case.source) == ({"egfr": 20.0}, {"oswestry": 40.0}, {"title": "x"})

    @pytest.mark.parametrize("name", ["measurements", "scores", "source"])
    def test_its_mappings_are_read_only(self, name):
        found = getattr(Case(measurements={"egfr": 20}, scores={"oswestry": 4}, source={"a": 1}), name)
        key = next(iter(found))
        for change in (
            lambda: found.__setitem__(key, 90.0),
            lambda: found.__delitem__(key),
            lambda: found.update({key: 90.0}),
            found.clear,
            found.popitem,
        ):
            with pytest.raises(TypeError, match="does not change"):
                change()

    def test_it_can_be_copied_and_pickled(self):
        case = Case(measurements={"egfr": 20}, source={"a": {"b": 1}}, observations=(Observation("slr", degrees=40),))
        assert pickle.loads(pickle.dumps(case)) == copy.deepcopy(case) == case
        assert asdict(case)["measurements"] == {"egfr": 20.0}


class TestReading:
    @pytest.fixture
    def file(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "case.yaml").write_text(TEXT, encoding="utf-8")
        (tmp_path / "case").write_text(TEXT, encoding="utf-8")
        return tmp_path / "case.yaml"

    def test_a_path_may_be_text(self, file):
        wanted = foramen.read_case(file)
        assert wanted.age == 42.0
        for path in ("case.yaml", "case", str(file)):
            assert foramen.read_case(path) == wanted

    @pytest.mark.parametrize("text", [TEXT, "findings: [night_pain]", '{"findings": ["night_pain"]}'])
    def test_text_is_the_case_itself(self, text):
        assert [o.finding for o in foramen.read_case(text).observations] == ["night_pain"]

    def test_text_from_outside_is_never_a_path(self, file):
        with pytest.raises(CaseError, match="mapping of fields"):
            read_text("case.yaml")

    @pytest.mark.parametrize("missing", ["nowhere.yaml", "no/such/case.json"])
    def test_a_file_that_is_missing_is_named(self, missing):
        with pytest.raises(CaseError, match="no such file") as caught:
            foramen.read_case(missing)
        assert caught.value.field == missing

    @pytest.mark.parametrize("wrong", [None, 5, [], b"findings: []", {1}, "", "a" * 5000, "\0", "night_pain"])
    def test_what_is_no_case_is_told(self, wrong):
        with pytest.raises(CaseError):
            foramen.read_case(wrong)


class TestAssessing:
    @pytest.mark.parametrize("draws", [0, -1, "80", 2.5, True, float("nan")])
    def test_draws_are_a_whole_number_from_one(self, draws):
        with pytest.raises(CaseError, match="whole number of draws from 1 to 5000"):
            foramen.assess(Case(), draws=draws)

    @pytest.mark.parametrize("case", [{"context": {"age": 42}}, None, "case.yaml"])
    def test_it_takes_a_case(self, case):
        with pytest.raises(CaseError, match="read_case makes one"):
            foramen.assess(case)

    def test_it_takes_an_engine(self):
        with pytest.raises(CaseError, match="takes an Engine"):
            foramen.assess(Case(), engine=foramen.Engine)

    def test_a_number_of_numpy_counts_draws(self):
        assert foramen.assess(Case(age=50), draws=np.int64(2), detail="summary").draws == 2
