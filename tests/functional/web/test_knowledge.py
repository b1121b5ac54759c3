"""The knowledge browser in a real browser: searching, following a number to its study, small screens, keyboard."""

from itertools import pairwise

import pytest

KINDS = (
    "/knowledge", "/knowledge?q=leg", "/knowledge/causes", "/knowledge/causes/disc_herniation",
    "/knowledge/findings/slr", "/knowledge/findings/img_herniation_subarticular", "/knowledge/findings/sciatica",
    "/knowledge/treatments/acupuncture", "/knowledge/red-flags", "/knowledge/red-flags/cauda_equina",
    "/knowledge/sources/cslr_sens_surg_vdw2010", "/knowledge/roots/L5", "/knowledge/clusters/upright_posture",
    "/knowledge/courses/disc_herniation_chronic_surgery", "/knowledge/imaging/mri_cauda_equina",
    "/knowledge/guidelines", "/knowledge/conditions", "/knowledge/medicines", "/knowledge/other",
    "/knowledge/causes/no_such_cause", "/validation", "/validation/model-card",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_page_is_accessible(browser, server, accessible, scheme):
    context = browser.new_context(color_scheme=scheme, locale="en-GB")
    page = context.new_page()
    for address in KINDS:
        page.goto(server + address)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        accessible(page)
        levels = page.eval_on_selector_all("h1, h2, h3, h4", "found => found.map((h) => Number(h.tagName[1]))")
        assert levels[0] == 1, address
        assert levels.count(1) == 1, address
        assert all(b - a <= 1 for a, b in pairwise(levels)), (address, levels)
    context.close()


def test_nothing_is_cut_off_sideways_on_a_small_screen(browser, server):
    context = browser.new_context(viewport={"width": 320, "height": 700}, locale="en-GB")
    page = context.new_page()
    for address in KINDS:
        page.goto(server + address)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        regions = page.eval_on_selector_all(
            ".scroll", "all => all.filter((r) => r.scrollWidth > r.clientWidth && r.tabIndex !== 0).length"
        )
        assert regions == 0, address
    context.close()


def test_search_answers_as_one_types_and_without_script(page, server, browser):
    page.goto(server + "/knowledge")
    page.get_by_role("searchbox").press_sequentially("straight leg raise")
    page.get_by_role("status").get_by_text("found for “straight leg raise”").wait_for()
    page.get_by_role("link", name="Straight leg raise", exact=True).click()
    page.wait_for_url("**/knowledge/findings/slr")
    assert page.get_by_role("heading", level=1).inner_text() == "Straight leg raise"
    plain = browser.new_context(java_script_enabled=False, locale="en-GB").new_page()
    plain.goto(server + "/knowledge")
    plain.get_by_role("searchbox").fill("warfarin")
    plain.get_by_role("button", name="Search").click()
    assert plain.get_by_role("link", name="a blood thinner (anticoagulant)").is_visible()
    plain.context.close()


def test_a_number_leads_to_its_study_and_the_study_back_to_its_numbers(page, server):
    page.goto(server + "/knowledge/causes/disc_herniation#place")
    row = page.locator("tr", has_text="subarticular, unilateral")
    assert row.get_by_text("77%", exact=True).is_visible()
    row.get_by_role("link").first.click()
    page.wait_for_url("**/knowledge/sources/ldh_posterolateral_share_sport")
    marked = page.locator("article.marked")
    assert marked.get_by_text("this figure").is_visible()
    assert "0.77" in marked.inner_text()
    marked.get_by_role("link", name="Lumbar disc herniation: forms").first.click()
    page.wait_for_url("**/knowledge/causes/disc_herniation")


def test_other_sites_open_apart_and_are_not_told_where_from(page, server):
    page.goto(server + "/knowledge/sources/2013_spine_j_13_134")
    link = page.get_by_role("link", name="doi:10.1016/j.spinee.2012.10.028")
    assert link.get_attribute("href") == "https://doi.org/10.1016/j.spinee.2012.10.028"
    assert link.get_attribute("rel") == "noreferrer"
    assert link.get_attribute("target") == "_blank"


def test_the_keyboard_reaches_search_tables_and_folds(page, server):
    page.goto(server + "/knowledge/causes/disc_herniation")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
    assert "scroll" in seen
    page.locator("summary").first.focus()
    before = page.locator("details").first.get_attribute("open")
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") != before


def test_validation_shows_scores_contents_and_the_page(page, server):
    page.goto(server + "/validation")
    assert page.get_by_role("row", name="Cause first, with imaging").is_visible()
    page.get_by_role("link", name="Calibration on simulated cases").click()
    assert "#calibration" in page.url
    assert page.locator("h2[id^=calibration]").is_visible()


def test_on_a_phone_the_bars_of_the_validation_are_whole(page, server):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(server + "/validation")
    bars = page.locator(".headlines .bar").evaluate_all("all => all.map((b) => b.getBoundingClientRect().toJSON())")
    assert bars
    assert min(b["width"] for b in bars) > 200
    assert max(b["right"] for b in bars) <= 390
