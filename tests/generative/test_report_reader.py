"""The report reader on any text: it never raises, is deterministic, keeps spans true, and reads its own words again."""

import random
import sys
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foramen.records import read_report
from foramen.records.reports.levels import spans
from foramen.records.reports.render import render
from foramen.records.reports.rules import default_rules

REPORTS = yaml.safe_load((Path(__file__).parents[1] / "spec" / "reports.yaml").read_text(encoding="utf-8"))
WANTED = 20_000
WORDS = sorted([*default_rules().lemma, *default_rules().plain])
ODD = [
    "L4-5",
    "L5/S1",
    "D12",
    "L3 through S1",
    "?",
    ":",
    ".",
    "//",
    "\n",
    "and",
    "both",
    "\u00e9",
    "\u202e",
    "\x00",
    "7 mm",
    "R>L",
]


def test_any_text_is_read_without_fault():
    """At least 20,000 texts: words of reports at random, and characters at random."""
    rnd = random.Random(5)
    checked = 0
    for _ in range(WANTED):
        if rnd.random() < 0.8:
            text = " ".join(rnd.choice(WORDS if rnd.random() < 0.7 else ODD) for _ in range(rnd.randint(0, 25)))
        else:
            text = "".join(chr(rnd.choice([rnd.randint(0, 0x2FF), rnd.randint(0, 0x10FFFF)])) for _ in range(30))
        read = read_report(text)
        for f in (*read.findings, *read.partly_understood):
            assert 0 <= f.span[0] < f.span[1] <= len(text)
        assert not any(set(p.words) & default_rules().quiet for p in read.partly_understood)
        checked += 1
    assert checked >= WANTED


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.text(max_size=400))
def test_any_unicode(text):
    assert read_report(text) == read_report(text)


def test_a_long_text_is_read_in_part_and_says_so():
    read = read_report("L4-L5: disc bulge. " * 60_000)
    assert any("characters were read" in p for p in read.problems)
    assert read.findings[0].type == "disc_bulge"


def test_spans_hold_the_words():
    for report in REPORTS:
        for f in read_report(report["text"]).findings:
            assert " ".join(report["text"][f.span[0] : f.span[1]].split()) == f.text


def said(findings):
    """What is compared: spans and words may differ."""
    return {(f.type, f.level, f.side, f.severity, f.present) for f in findings}


def test_reading_its_own_rendering_says_the_same():
    for report in REPORTS:
        first = read_report(report["text"]).findings
        again = read_report(render(first)).findings
        assert said(again) == said(first), report["id"]
        assert said(read_report(render(again)).findings) == said(again)


def test_the_work_for_levels_grows_with_the_text_and_not_with_its_square():
    def calls(times: int) -> int:
        count = 0

        def counting(frame, event, argument):
            nonlocal count
            count += 1

        sys.setprofile(counting)
        try:
            spans("L4-L5 L3 " * times)
        finally:
            sys.setprofile(None)
        return count

    assert calls(800) < 6 * calls(200)
