"""Every page of the knowledge is there, each number on it says where it comes from, and every link leads somewhere."""

import re
from functools import cache
from html import unescape

import pytest

pytest.importorskip("fastapi")
from fastapi.testclient import TestClient

from foramen.knowledge.loader import load_knowledge
from foramen.web.app import create_app
from foramen.web.documents import headline, text_of

ORIGINS = {"read", "recalled", "derived", "assumption", "computed"}
LISTS = ("causes", "findings", "treatments", "red-flags", "sources", "imaging", "courses", "guidelines", "conditions",
         "medicines", "other")  # fmt: skip


@cache
def client():
    return TestClient(create_app(), base_url="http://localhost")


@cache
def fetch(address):
    return client().get(address)


def addresses():
    k, plan = load_knowledge(), load_knowledge().plan
    kinds = {
        "causes": k.causes, "findings": {**k.findings, **k.composites}, "treatments": plan.treatments,
        "red-flags": k.red_flags, "imaging": plan.imaging, "courses": plan.courses, "clusters": k.clusters,
        "roots": [*k.roots, "cauda_equina"], "sources": k.sources,
    }  # fmt: skip
    pages = [f"/knowledge/{kind}/{id}" for kind, things in kinds.items() for id in things]
    return [*pages, "/knowledge", *(f"/knowledge/{name}" for name in LISTS), "/validation", "/validation/model-card"]


def test_every_page_answers_and_none_holds_a_number_without_its_origin():
    for address in addresses():
        answer = fetch(address)
        assert answer.status_code == 200, address
        rows = re.findall(r"<tr([^>]*)>\s*<th scope=\"row\"", answer.text)
        shown = re.findall(r"<tr[^>]*data-where=\"[^\"]*\"[^>]*>.*?</tr>", answer.text, re.DOTALL)
        for row in shown:
            origin = re.search(r'data-origin="(\w+)"', row)
            assert origin, address
            assert origin[1] in ORIGINS, address
            assert 'class="origin origin-' in row, address
            assert 'class="reason"' in row or 'class="study"' in row or "as above" in row, (address, row)
        assert len(rows) >= len(shown)


def test_every_number_of_the_knowledge_is_shown_on_some_page():
    shown = {
        unescape(where) for address in addresses() for where in re.findall(r'data-where="([^"]*)"', fetch(address).text)
    }
    missing = {n.where for n in load_knowledge().numbers} - shown
    assert missing == set()


def test_every_internal_link_of_every_page_leads_somewhere():
    links = {
        unescape(href).partition("#")[0].partition("?")[0]
        for address in addresses()
        for href in re.findall(r'href="(/(?:knowledge|validation)[^"]*)"', fetch(address).text)
    }
    assert len(links) > 1500
    broken = [link for link in sorted(links) if fetch(link).status_code != 200]
    assert broken == []


def test_every_anchor_that_a_page_names_is_there():
    for address in addresses():
        for href in set(
            re.findall(r'href="(/knowledge/(?:conditions|medicines|guidelines)#[^"]*)"', fetch(address).text)
        ):
            page, _, anchor = href.partition("#")
            assert f'id="{anchor}"' in fetch(page).text, href


def test_a_figure_leads_to_its_source_and_is_marked():
    k = load_knowledge()
    for id, figure in k.figures.items():
        answer = fetch(f"/knowledge/sources/{id}")
        assert answer.status_code == 200
        assert str(answer.text).count("figure marked") == 1
        assert re.search(rf'<article id="{id}" class="figure marked"', answer.text), id
        assert figure.source in answer.text


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("causes/disc_hernation", "/knowledge/causes/disc_herniation"),
        ("findings/slrr", "/knowledge/findings/slr"),
        ("sources/nitta_L6", "/knowledge/sources/nitta_L"),
        ("treatment/acupuncture", "/knowledge/treatments/acupuncture"),
    ],
)
def test_an_unknown_id_names_the_nearest(asked, near):
    answer = client().get(f"/knowledge/{asked}")
    assert answer.status_code == 404
    assert near in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_what_was_asked_for_is_never_markup():
    for address in ("/knowledge?q=", "/knowledge/results?q=", "/knowledge/causes/"):
        answer = client().get(address + "<script>alert(1)<x")
        assert "<script>alert" not in answer.text


def test_search_finds_names_words_studies_and_near_spellings():
    def hits(words):
        return re.findall(r'href="(/knowledge/[^"]+)"', client().get("/knowledge/results", params={"q": words}).text)

    assert hits("straight leg raise")[0] == "/knowledge/findings/slr"
    assert "/knowledge/causes/disc_herniation" in hits("M51.16")
    assert "/knowledge/medicines#anticoagulant" in hits("warfarin")
    assert "/knowledge/treatments/acupuncture" in hits("acupunture")
    some = next(s for s in load_knowledge().sources.values() if any(i.startswith("PMID") for i in s.identifiers))
    pmid = next(i for i in some.identifiers if i.startswith("PMID")).partition(":")[2]
    assert f"/knowledge/sources/{some.id}" in hits(pmid)
    assert hits("zzzzqqqq") == []


def test_pages_may_be_kept_and_are_asked_for_by_tag():
    first = client().get("/knowledge/findings/slr")
    assert first.headers["cache-control"] == "private, max-age=300"
    again = client().get("/knowledge/findings/slr", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_the_headline_figures_are_those_of_the_page():
    scores = headline(text_of("validation.md"))
    assert len(scores) == 9
    for s in scores:
        assert 0 <= s.low <= s.share <= s.high <= 1
        assert f"({s.hits}/{s.cases})" in text_of("validation.md")
        assert f"{s.hits}/{s.cases}" in fetch("/validation").text
