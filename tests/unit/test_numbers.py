"""Provenance: a number without a source does not load, and a source that says otherwise is refused."""

import re

import pytest

from foramen.errors import KnowledgeError
from foramen.knowledge import load_knowledge
from foramen.knowledge.numbers import Figure, evaluate, parse_number, wilson

FIGURES = {
    "slr": Figure("slr", "someone_2010", "sensitivity", 0.92, (0.87, 0.95), None, "", True, ""),
    "old": Figure("old", "someone_1990", "sensitivity", 0.40, None, 50, "20/50", False, ""),
    "span": Figure("span", "someone_1990", "sensitivity", None, None, None, "", True, ""),
}


def parse(raw, **more):
    return parse_number(raw, "file.yaml/key", FIGURES, **more)


def test_provenance_follows_the_figure():
    assert parse({"p": 0.92, "figure": "slr"}).provenance == "read"
    assert parse({"p": 0.08, "figure": "slr", "complement": True}).provenance == "read"
    assert parse({"p": 0.40, "figure": "old"}).provenance == "recalled"
    assert parse({"p": 0.46, "derived": "slr / 2", "figures": ["slr"]}).provenance == "derived"
    assert parse({"p": 0.3, "range": [0.2, 0.4], "assumption": "reason"}).provenance == "assumption"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"p": 0.3}, "exactly one of figure, derived, assumption"),
        ({"p": 0.3, "assumption": "no range"}, "needs range"),
        ({"p": 0.5, "range": [0.1, 0.4], "assumption": "x"}, "outside its own range"),
        ({"p": 0.3, "range": ["a", 1], "assumption": "x"}, "needs range"),
        ({"p": 0.90, "figure": "slr"}, "differs from figure slr"),
        ({"p": 0.90, "figure": "slrr"}, "did you mean 'slr'"),
        ({"p": 0.90, "figure": "span"}, "states no single value"),
        ({"p": 0.60, "derived": "slr / 2", "figures": ["slr"]}, "differs from its formula"),
        ({"p": 0.60, "derived": "__import__('os')", "figures": ["slr"]}, "cannot be computed"),
        ({"p": [0.7, 0.6], "range": [0, 1], "assumption": "x"}, "sum to at most 1"),
        ({"p": "much", "range": [0, 1], "assumption": "x"}, "must be a number"),
        (0.3, "expected a mapping"),
    ],
)
def test_faulty_numbers_are_refused_by_place(raw, message):
    with pytest.raises(KnowledgeError, match=r"file\.yaml/key|formula") as caught:
        parse(raw)
    assert message in str(caught.value)


def test_recalled_and_carried_figures_are_spread_wider():
    read, carried = parse({"p": 0.92, "figure": "slr"}), parse({"p": 0.92, "figure": "slr", "carried": "elsewhere"})
    assert carried.sd > read.sd > 0.25


def test_formula_and_wilson():
    assert evaluate("(a + 2) * b / -1", {"a": 1.0, "b": 0.5}) == pytest.approx(-1.5)
    low, high = wilson(0.4, 50)
    assert (round(low, 4), round(high, 4)) == (0.2761, 0.5382)


def test_every_number_of_the_knowledge_has_a_known_provenance():
    knowledge = load_knowledge()
    assert len(knowledge.numbers) > 5000
    for number in knowledge.numbers:
        assert number.provenance in ("read", "recalled", "derived", "assumption"), number.where
        if number.provenance == "assumption":
            assert number.reason.strip(), f"{number.where}: an assumption gives its reason"
            assert number.range is not None
        else:
            assert number.figures, number.where


def test_every_figure_with_counts_has_an_interval_from_them():
    """Counts were once kept as a list, which gave no interval and the widest spread."""
    from foramen.knowledge.loader import load_knowledge

    for figure in load_knowledge().figures.values():
        assert not figure.counts.startswith("[")
        if re.fullmatch(r"\d+/\d+", figure.counts) and figure.value is not None and 0 <= figure.value <= 1:
            assert figure.interval() is not None, figure.id


def test_no_number_of_a_finding_at_a_level_is_without_effect():
    # imaging of a level shows what is active there: a cause that lies at no level cannot act on it
    knowledge = load_knowledge()
    without = [
        f"{finding.id}/{key}"
        for finding in knowledge.findings.values()
        if finding.site in ("level", "level_side", "vertebra")
        for key in finding.given
        if not key.startswith("@") and knowledge.causes[key.partition("/")[0]].place not in ("level", "vertebra")
    ]
    assert without == []
