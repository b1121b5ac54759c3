"""The start page, in a real browser and by its answers."""

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
