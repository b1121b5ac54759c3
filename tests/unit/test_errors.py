"""Messages stay on one line, whatever was given."""

import pickle

import pytest

from foramen.errors import CaseError, ContradictionError, KnowledgeError, MissingExtraError, nearest_match


def test_what_is_allowed_is_shown_on_one_line():
    message = str(CaseError("not listed", field="studies[0].id", given="a\nb", allowed=["line\nline", "x\ty"]))
    assert "\n" not in message
    assert message == "studies[0].id: not listed. Given: 'a\\nb'. Allowed: line line, x y."


@pytest.mark.parametrize(
    "error",
    [
        MissingExtraError("The page", "web"),
        CaseError("not known", field="a", given=5, allowed=["b"], nearest="b", cure="Try b"),
        ContradictionError("both cannot be", field="slr@left"),
        KnowledgeError("x.yaml: no"),
    ],
)
def test_an_error_survives_the_way_between_processes(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.__dict__) == (type(error), str(error), error.__dict__)
    assert again.exit_code == error.exit_code


@pytest.mark.parametrize(
    ("given", "allowed", "near"),
    [
        ("pain_l4", ["pain_l5", "pain_s1"], None),  # another root
        ("sens_s2", ["sens_s1"], None),
        ("grade2", ["grade1", "grade2_or_more"], "grade2_or_more"),
        ("tight", ["slight", "mild"], None),
        ("hypotension", ["hypertension"], None),
        ("unstable", ["stable"], None),
        ("worse_flexion", ["worse_extension"], None),
        ("interspinous spacer", ["intravenous steroid"], None),
        ("facet joint injection", ["trigger point injection"], None),
        ("img_cyst", ["img_canal_cyst", "img_tarlov_cyst"], None),  # which?
        ("worse_standing", ["worse_sitting", "worse_standing_walking"], "worse_standing_walking"),
        ("ankle_reflex", ["reflex_knee", "reflex_ankle"], "reflex_ankle"),
        ("pain_posterior_calf", ["pain_posterior_thigh", "pain_calf"], "pain_calf"),
        ("trigger point injections", ["trigger point injection"], "trigger point injection"),
        ("slr_test", ["slr", "slump"], "slr"),
        ("babinsky", ["babinski"], "babinski"),
        ("backpain", ["pain_back", "pain_leg"], "pain_back"),
        ("L4/5", ["L4-L5", "L5-S1"], "L4-L5"),
    ],
)
def test_the_nearest_is_what_was_meant_or_none(given, allowed, near):
    assert nearest_match(given, allowed) == near
