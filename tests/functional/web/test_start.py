"""The start page, in a real browser and by its answers."""

import re

import pytest


def test_start_page_is_accessible_and_asks_no_other_host(page, server, accessible):
    page.goto(server)
    assert page.get_by_role("link", name="New assessment").is_visible()
    assert page.get_by_text("A man of 38 with back and left leg pain").is_visible()
    accessible(page)


@pytest.mark.parametrize("width", [320, 1920])
def test_nothing_is_cut_off_sideways(browser, server, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(server)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_dark_mode_is_accessible(browser, server, accessible):
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(server)
    accessible(page)
    context.close()


@pytest.mark.parametrize(
    "path",
    ["/assess", "/assess/example/slip-l4-l5", "/knowledge", "/knowledge/conditions", "/validation", "/assess/none"],
)
def test_a_page_in_english_only_is_wholly_so_and_says_it_in_the_readers_language(browser, server, path):
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    page.goto(server + path)
    assert page.locator("html").get_attribute("lang") == "en"
    shown = page.locator("body").inner_text()
    russian = [line for line in shown.splitlines() if re.search("[А-Яа-я]", line)]
    told, footer = russian
    assert told == "Эта страница есть только на английском языке."
    assert footer.endswith("Русский")
    assert page.locator(".english-only").get_attribute("lang") == "ru"
    context.close()


def test_the_start_page_is_wholly_russian_for_a_russian_reader(browser, server):
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    page.goto(server)
    words = set(re.findall(r"[A-Za-z][A-Za-z0-9.-]+", page.locator("body").inner_text()))
    assert words <= {"Foramen", "Apache-2.0", "English"}
    context.close()


@pytest.mark.parametrize("width", [390, 1366])
def test_headings_and_footer_keep_their_distance_and_line(browser, server, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(server)
    cards = page.locator(".ways").bounding_box()
    assert page.locator(".ways + section h2").bounding_box()["y"] - cards["y"] - cards["height"] > 20
    assert abs(page.locator("footer p").first.bounding_box()["x"] - cards["x"]) < 1
    context.close()
