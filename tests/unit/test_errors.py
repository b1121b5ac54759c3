"""Messages stay on one line, whatever was given."""

import pickle

import pytest

from foramen.errors import CaseError, ContradictionError, KnowledgeError, MissingExtraError


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
