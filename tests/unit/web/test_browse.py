"""How numbers, places, studies and documents are put into words for the knowledge pages."""

import math
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("markdown_it")

from foramen.knowledge.loader import load_knowledge
from foramen.knowledge.numbers import Figure, Number
from foramen.knowledge.plan_schema import Effect
from foramen.knowledge.rule_words import in_words, named
from foramen.web import documents
from foramen.web.browse.causes import given_of
from foramen.web.browse.implied import odds, table
from foramen.web.browse.links import identifier_link, where_link
from foramen.web.browse.search import nearest, search
from foramen.web.browse.shown import figure_value, linked, percent, quantity, span
from foramen.web.browse.treatments import draw

KNOWLEDGE = load_knowledge()


@pytest.mark.parametrize(
    ("p", "words"),
    [(0, "0%"), (0.77, "77%"), (0.0000147, "0.00147%"), (0.9995, "99.95%"), (1, "100%"), (0.0494, "4.94%")],
)
def test_shares_keep_the_digits_they_are_stated_with(p, words):
    assert percent(p) == words


def test_an_assumption_shows_its_stated_range_and_a_figure_the_range_it_is_drawn_from():
    assumed = Number((0.2,), "assumption", 0.4, range=(0.1, 0.34), where="causes/x.yaml/female")
    assert span(assumed) == (0.1, 0.34)
    low, high = span(Number((0.5,), "read", 1 / 1.645, where="causes/x.yaml/female"))
    assert math.isclose(low, 1 / (1 + math.e))
    assert math.isclose(high, 1 - low)
    low, high = span(
        Number((8.0,), "read", math.log(2) / 1.645, weight=True, where="causes/x.yaml/share/emergency/80+")
    )
    assert (round(low, 6), round(high, 6)) == (4.0, 16.0)


def test_weights_are_not_shown_as_shares():
    number = KNOWLEDGE.causes["disc_herniation"].share["primary_care"][2]
    shown = quantity(KNOWLEDGE, number)
    assert (shown.value, shown.unit, shown.range) == ("200", "per 1000", "95 – 340")


def test_states_of_a_grade_are_named():
    finding = KNOWLEDGE.findings["slr"]
    number = finding.given["disc_herniation"]
    assert quantity(KNOWLEDGE, number, finding.states[1:]).by_state == (
        f"positive above 45 {percent(number.p[0])}",
        f"positive up to 45 {percent(number.p[1])}",
    )


def test_figures_named_in_a_reason_become_links_and_all_else_is_escaped():
    html = linked(KNOWLEDGE, "set to meet nitta_L5 <b>")
    assert '<a href="/knowledge/sources/nitta_L5"><code>nitta_L5</code></a>' in html
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize(
    ("ci", "n", "counts", "words"),
    [
        ((0.4, 0.6), None, "", "0.5 (95% 0.4 to 0.6)"),
        (None, 20, "", "0.5, n = 20"),
        (None, None, "10/20", "0.5, 10/20"),
    ],
)
def test_a_figure_is_shown_with_its_interval_and_counts(ci, n, counts, words):
    assert figure_value(Figure("x", "y", "proportion", 0.5, ci, n, counts, True, "")) == words


def test_every_place_of_a_number_has_a_page():
    for number in KNOWLEDGE.numbers:
        address, words = where_link(KNOWLEDGE, number.where)
        assert address.startswith("/knowledge/")
        assert "_" not in words.partition(":")[0] or words.partition(":")[0] in KNOWLEDGE.findings


@pytest.mark.parametrize(
    ("identifier", "address"),
    [
        ("PMID:37559207", "https://pubmed.ncbi.nlm.nih.gov/37559207/"),
        ("doi:10.1016/j.x", "https://doi.org/10.1016/j.x"),
        ("PMC3829252", "https://pmc.ncbi.nlm.nih.gov/articles/PMC3829252/"),
        ("NCT03607838", "https://clinicaltrials.gov/study/NCT03607838"),
        ("javascript:alert(1)", ""),
        ("Eur Spine J 2022", ""),
    ],
)
def test_only_known_identifiers_lead_to_other_sites(identifier, address):
    assert identifier_link(identifier) == address


def test_own_numbers_win_over_those_of_a_group_and_the_weightiest_stand_first():
    cause = KNOWLEDGE.causes["disc_herniation"]
    rows = given_of(KNOWLEDGE, cause)
    weights = [abs(r.weight) for r in rows]
    assert weights == sorted(weights, reverse=True)
    plain = [r.finding.id for r in rows if not r.zone]
    assert len(plain) == len(set(plain))
    for r in rows:
        if not r.zone and cause.id in r.finding.given:
            assert r.shared == ""


def test_what_a_cause_shows_holds_its_roots_too():
    """The straight leg raise of a herniation is the work of the root: far above what the process shows by itself."""
    shown = table()["slr"]["disc_herniation"]
    own = KNOWLEDGE.findings["slr"].given["disc_herniation"].total
    assert shown.here > 3 * own
    assert shown.present > 2 > 1 > shown.absent


def test_what_a_cause_shows_agrees_with_what_a_case_answers():
    """Bayes' rule by another road: a finding told to be absent moves a cause's odds by just that factor."""
    from foramen.inference.engine import Engine

    engine = Engine()
    context = {"age": 42.5, "sex": None, "setting": "primary_care"}  # the middle of the band that the page shows
    prior = engine.posteriors([{}], context)[0]
    for finding in ("fever_reported", "leg_pain_dominant"):
        normal = engine.model.instances[finding].states[0]
        without = engine.posteriors([{finding: normal}], context)[0]
        for cause in ("nonspecific_low_back_pain", "disc_herniation"):
            mask = engine.model.scenarios.lead == list(KNOWLEDGE.causes).index(cause)
            p, q = prior[mask].sum(), without[mask].sum()
            factor = (q / (1 - q)) / (p / (1 - p))
            assert math.isclose(factor, table()[finding][cause].absent, rel_tol=1e-6)


@pytest.mark.parametrize(
    ("factor", "words"), [(8.2, "×8.2"), (0.125, "÷8"), (1.01, "×1"), (250, "×250"), (0.0, "÷1000000")]
)
def test_odds_in_words(factor, words):
    assert odds(factor) == words


def test_ratios_are_drawn_on_a_log_line_and_benefit_in_points_to_the_left():
    figure = next(f for f in KNOWLEDGE.figures.values() if f.value is not None)

    def drawn(value, ci, scale):
        made = Figure(figure.id, figure.source, "x", value, ci, None, "", True, "")
        return draw(KNOWLEDGE, Effect(made, "radicular", "pain", scale, None, "sham", "low", "", frozenset()))

    assert drawn(1.0, None, "risk_ratio").at == 0.5
    assert math.isclose(drawn(5.0, None, "odds_ratio").at, 1.0)
    assert math.isclose(drawn(0.2, None, "hazard_ratio").at, 0.0)
    assert drawn(-20, (-30, -10), "points_0_100").at == 0.25
    assert drawn(0.3, None, "proportion").at == 0.3
    assert drawn(8.0, None, "nnt").at is None


def test_a_rule_in_words_names_its_findings():
    part = in_words(KNOWLEDGE.red_flags["cauda_equina"].when, KNOWLEDGE)
    assert part.words == "any of, long standing deficit ignored"
    assert "saddle_numbness" in named(part)


def test_search_ranks_names_before_words_and_takes_near_spellings():
    assert search("lumbar disc herniation")[0][0].id == "disc_herniation"
    found, near = search("hernation of disc")
    assert near
    assert found
    assert search("")[0] == []
    assert nearest("disc_hernation", "causes").id == "disc_herniation"


def test_a_document_is_text_alone(monkeypatch):
    text = (
        "# Title\n\n## One `x`\n\n<script>alert(1)</script>\n\n![p](http://a/b.png) [card](../MODEL_CARD.md#use) "
        "[out](https://example.org/) [code](../src/x.py) [t](docs/treatments/heat.md)\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    monkeypatch.setattr(documents, "text_of", lambda name: text)
    documents.document.cache_clear()
    made = documents.document("validation.md")
    documents.document.cache_clear()
    assert made.title == "Title"
    assert made.contents == ((2, "one-x", "One x"),)
    assert "<script" not in made.html
    assert "<img" not in made.html
    assert 'href="/validation/model-card#use"' in made.html
    assert 'href="https://example.org/" rel="noreferrer" target="_blank"' in made.html
    assert "x.py" not in made.html
    assert 'href="/knowledge/treatments/heat"' in made.html
    assert 'tabindex="0" aria-label="Table 1"><table>' in made.html


def test_a_missing_document_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(documents, "SHIPPED", tmp_path)
    monkeypatch.setattr(documents, "CLONE", tmp_path)
    assert documents.text_of("validation.md") is None


ASSETS = {"missing": list, "fetch": lambda: None, "has_npm": lambda: True, "WITHOUT": ""}


def test_a_wheel_carries_the_documents_and_a_clone_reads_its_own(monkeypatch):
    pytest.importorskip("hatchling")
    monkeypatch.syspath_prepend(str(documents.CLONE))
    import hatch_build

    build = object.__new__(hatch_build.BrowserFiles)
    monkeypatch.setattr(hatch_build.BrowserFiles, "target_name", "wheel")
    monkeypatch.setitem(sys.modules, "fetch_assets", SimpleNamespace(**ASSETS))
    data = {"force_include": {}}
    build.initialize("standard", data)
    for source, target in data["force_include"].items():
        assert Path(source).is_file()
        assert documents.CLONE / "src" / Path(target).parent == documents.SHIPPED
    assert {Path(t).name for t in data["force_include"].values()} == set(documents.PLACES)
    build.initialize("editable", untouched := {"force_include": {}})
    assert untouched["force_include"] == {}
