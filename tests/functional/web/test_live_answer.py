"""The answer after a change comes in two steps: urgency, cause and place at once, then the whole."""

import re

import pytest
from visit_form import fill

expect = pytest.importorskip("playwright.sync_api").expect

FIRST, REST = "#answer-first", "#answer-rest"


def open_arm(page, server):
    page.goto(server + "/assess/example/slip-l4-l5")
    expect(page.locator(REST)).to_contain_text("Why")


def held_up(page, address):
    """Hold requests to an address until the returned function is called."""
    held = []
    page.route("**" + address, lambda route: held.append(route))

    def go_on():
        for route in held:
            route.continue_()
        page.unroute("**" + address)

    return held, go_on


def wait_until(page, there):
    """Until a list holds something; the browser's events come in meanwhile."""
    for _ in range(100):
        if there:
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing came")


def test_the_urgency_does_not_wait_for_the_whole_answer(page, server):
    open_arm(page, server)
    held, go_on = held_up(page, "/assess/whole")
    page.get_by_role("radiogroup", name="Cannot pass urine").get_by_role("radio", name="yes", exact=True).check()
    expect(page.locator("#a-urgency")).to_contain_text("Emergency")
    expect(page.locator(f"{FIRST} table.bars").first).to_be_visible()
    page.locator("#answer .older").wait_for()  # the plan below is still the old one, and says so
    assert held
    go_on()
    expect(page.locator("#answer .older")).to_have_count(0)
    expect(page.locator(f"{FIRST} .culprits .reason").first).to_be_visible()
    expect(page.locator(REST)).to_contain_text("Why")


def test_both_steps_tell_the_same_numbers(page, server):
    open_arm(page, server)
    _, go_on = held_up(page, "/assess/whole")
    with page.expect_response("**/assess/live"):
        page.evaluate("document.getElementById('case').dispatchEvent(new Event('refresh'))")
    page.wait_for_timeout(100)
    numbers = re.compile(r"<?\d+%|\d+–\d+")
    before = numbers.findall(" ".join(page.locator(f"{FIRST} table.bars").all_inner_texts()))
    with page.expect_response("**/assess/whole"):
        go_on()
    page.wait_for_timeout(100)
    assert len(before) > 10
    assert numbers.findall(" ".join(page.locator(f"{FIRST} table.bars").all_inner_texts())) == before


def test_a_change_meanwhile_is_the_one_that_counts(page, server):
    open_arm(page, server)
    yes = page.get_by_role("radiogroup", name="Cannot pass urine")
    held, go_on = held_up(page, "/assess/whole")
    yes.get_by_role("radio", name="yes", exact=True).check()
    expect(page.locator("#a-urgency")).to_contain_text("Emergency")
    wait_until(page, held)
    yes.get_by_role("radio", name="no", exact=True).check()
    expect(page.locator("#a-urgency")).not_to_contain_text("Emergency")
    go_on()
    expect(page.locator(REST)).to_contain_text("Why")
    page.wait_for_timeout(300)
    expect(page.locator("#a-urgency")).not_to_contain_text("Emergency")


def test_a_problem_leaves_the_last_answer_marked_as_old(page, server):
    page.goto(server + "/assess")
    fill(page, "f.pain_leg.left", "absent")
    expect(page.locator(REST)).to_contain_text("Take along")
    fill(page, "f.pain_calf.left", "present")
    page.locator("#answer-problem .problem").wait_for()
    expect(page.locator("#answer .older")).to_be_visible()
    expect(page.locator(REST)).to_contain_text("Take along")


def test_a_measurement_counts_while_it_is_typed(page, server):
    page.goto(server + "/assess")
    fill(page, "f.slr.left", "negative")
    expect(page.locator(REST)).to_contain_text("Take along")
    field = page.get_by_label("eGFR", exact=False)
    with page.expect_request("**/assess/live") as sent:
        field.press_sequentially("28")
    assert "m.egfr=28" in sent.value.post_data
    assert field.evaluate("f => f === document.activeElement")


def test_the_line_at_the_foot_belongs_to_the_urgency_shown(page, server):
    """A change between both steps came with the whole answer alone, and the line still told the one before."""
    open_arm(page, server)
    expect(page.locator("#said")).not_to_contain_text("Emergency")
    page.get_by_role("radiogroup", name="Cannot pass urine").get_by_role("radio", name="yes", exact=True).evaluate(
        "r => { r.checked = true; document.body.dispatchEvent(new Event('first-shown')); }"
    )
    expect(page.locator("#a-urgency")).to_contain_text("Emergency")
    expect(page.locator("#said")).to_contain_text("Emergency")
