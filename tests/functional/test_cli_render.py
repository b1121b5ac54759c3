"""What an assessment looks like on the terminal: readable at any width, and without any colour."""

from __future__ import annotations

import io
import re
import time

import pytest
from cli_sample import estimate, sample
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from foramen.assessment.result import DISCLAIMER, Estimate
from foramen.assessment.words import odds_words
from foramen.cli.bars import interval_bar, weight_bar
from foramen.cli.render import print_assessment, print_note
from foramen.cli.screen import percent, prepare_streams, screen, with_interval, working

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def printed(width: int = 80, *, colour: bool = False, full: bool = False, **how: object) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, color_system="truecolor" if colour else None,
        highlight=False, markup=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    print_assessment(console, sample(**how), full=full)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("full", [False, True])
def test_no_line_is_wider_than_the_terminal(width: int, full: bool) -> None:
    assert max(len(line.rstrip()) for line in printed(width, full=full).splitlines()) <= width


@pytest.mark.parametrize("full", [False, True])
def test_colour_only_repeats_what_words_and_shapes_say(full: bool) -> None:
    assert ANSI.sub("", printed(colour=True, full=full)) == printed(full=full)


def test_the_order_is_urgency_summary_place_causes_why_next_sources() -> None:
    text = printed()
    marks = ["!! URGENT", "First line.", "seen from behind", "Cause", "Nerve roots", "culprit or bystander"]
    marks += [
        "Why",
        "What would change it",
        "nobody has asked about",
        "Please note",
        "Sources",
        "knowledge 0123456789ab",
    ]
    places = [text.index(m) for m in marks]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("level", "words"),
    [("emergency", "!!! EMERGENCY"), ("urgent", "!! URGENT"), ("soon", "! SOON"), ("routine", "ROUTINE")],
)
def test_urgency_is_said_in_words(level: str, words: str) -> None:
    text = printed(urgency=level)
    assert words in text
    assert ("provisional" in text) is (level != "emergency")


def test_the_drawing_marks_level_side_root_and_verdict() -> None:
    rows = printed(120).splitlines()
    (pressed,) = [r for r in rows if "L5-S1 ◀" in r]
    assert re.search(r"╞═{7}●═╡", pressed), "culprit filled, on the right, seen from behind"
    assert "Lumbar disc herniation, right 70%" in pressed
    (above,) = [r for r in rows if re.search(r"╞.*╡.*L4-L5", r)]
    assert re.search(r"╞═◐══○════╡", above), "uncertain on the left, bystander hollow in the middle"
    (sacrum,) = [r for r in rows if "S1 90%" in r]
    assert "━━━━ S1 90%" in sacrum
    assert "──── L5 30%" in pressed
    (vertebra,) = [r for r in rows if "│   L2    │" in r]
    assert "Schmorl's node" in vertebra


def test_without_imaging_there_is_no_table_of_culprits() -> None:
    text = printed(imaging=False)
    assert "culprit or bystander" not in text
    assert "L5-S1 ◀" in text


def test_the_smaller_causes_are_summed_and_full_lists_them() -> None:
    assert "8 other causes, summed" in printed()
    assert "Rare cause 9" not in printed()
    assert "Rare cause 9" in printed(full=True)


def test_footnotes_are_numbered_by_first_use_and_listed() -> None:
    text = printed()
    listed = re.findall(r"^ ?\[(\d+)\] (Study \w)", text, re.M)
    assert [int(n) for n, _ in listed] == list(range(1, len(listed) + 1))
    assert ("1", "Study D") in listed, "the reason of the urgency comes first"
    refs = {int(n) for block in re.findall(r"\[([\d,a]+)\]", text) for n in block.split(",") if n != "a"}
    assert refs == {int(n) for n, _ in listed}
    assert re.search(r"Ankle reflex, right: absent \[\d,a\]", text), "assumptions are marked"


def test_every_output_ends_with_disclaimer_and_version() -> None:
    out = io.StringIO()
    print_note(Console(file=out, width=80, color_system=None), sample())
    for text in (printed(), printed(full=True), out.getvalue()):
        flat = " ".join(text.split())
        assert DISCLAIMER in flat
        assert "knowledge 0123456789ab" in flat[flat.index(DISCLAIMER) :]


def test_only_full_holds_the_referral_note() -> None:
    assert "Probable S1 radiculopathy" not in printed()
    assert "Probable S1 radiculopathy" in printed(full=True)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.integers(4, 60))
def test_bars_have_a_fixed_width_and_their_parts_in_order(numbers: list[float], width: int) -> None:
    low, mid, high = sorted(numbers)
    bar = interval_bar(Estimate(mid, low, high), width).plain
    assert len(bar) == width
    assert re.fullmatch(r"█*▓*░*·*", bar)
    assert abs(bar.count("█") - low * width) <= 1
    assert abs(bar.count("█") + bar.count("▓") - mid * width) <= 1


@given(st.floats(-6, 6), st.integers(3, 20))
def test_weights_point_left_against_and_right_for(log10_odds: float, half: int) -> None:
    bar = weight_bar(log10_odds, half).plain
    left, right = bar.split("│")
    assert (len(left), len(right)) == (half, half)
    assert bool(right.strip()) is (log10_odds >= 0)
    assert bool(left.strip()) is (log10_odds < 0)
    assert odds_words(log10_odds)[0] == ("×" if log10_odds >= 0 else "÷")


@pytest.mark.parametrize(("p", "text"), [(0.0, "0%"), (0.001, "<1%"), (0.5, "50%"), (0.9999, ">99%"), (1.0, "100%")])
def test_percent_never_rounds_to_certainty(p: float, text: str) -> None:
    assert percent(p) == text


def test_an_interval_is_shown_beside_its_estimate() -> None:
    assert with_interval(estimate(0.5)) == " 50% (40–60)"


def test_a_terminal_without_utf8_gets_plain_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    prepare_streams()
    print_assessment(Console(width=80, color_system=None, highlight=False, markup=False), sample())
    import sys

    sys.stdout.flush()
    text = raw.getvalue().decode("ascii")
    assert "?" not in text.replace("calf?", "").replace("water?", "").replace("weak?", "")
    assert "URGENT" in text


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("seconds", "terminal", "shown"), [(0.3, True, True), (0.3, False, False), (0, True, False)])
def test_a_waiting_sign_appears_only_on_a_terminal_and_for_long_work(
    seconds: float, terminal: bool, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("foramen.cli.screen.PATIENCE", 0.01 if seconds else 60)
    with working("Building the model"):
        time.sleep(seconds)
    assert ("Building the model" in stream.getvalue()) is shown


def test_the_screen_is_never_wider_than_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns, width in (("300", 120), ("80", 80)):
        monkeypatch.setenv("COLUMNS", columns)
        assert screen().width == width
