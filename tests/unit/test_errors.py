"""Messages stay on one line, whatever was given."""

from foramen.errors import CaseError


def test_what_is_allowed_is_shown_on_one_line():
    message = str(CaseError("not listed", field="studies[0].id", given="a\nb", allowed=["line\nline", "x\ty"]))
    assert "\n" not in message
    assert message == "studies[0].id: not listed. Given: 'a\\nb'. Allowed: line line, x y."
