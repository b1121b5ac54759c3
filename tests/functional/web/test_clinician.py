"""The clinician's page in a real browser: the answer follows the examination, nothing is lost."""

import json
import re

import pytest
from visit_form import fill

expect = pytest.importorskip("playwright.sync_api").expect

REPORT = (
    "MRI lumbar spine. L4-L5: broad based disc bulge without stenosis. L5-S1: left paracentral disc extrusion "
    "compressing the left S1 nerve root. Possible L3-L4 disc protrusion. No fracture. The zorgle was bright."
)


def urgency(page) -> str:
    return page.locator("#a-urgency").inner_text()


def test_the_answer_follows_the_examination(page, server, accessible):
    page.goto(server + "/assess")
    page.get_by_label("Age", exact=True).fill("44")
    page.get_by_label("Sex", exact=True).select_option("female")
    page.locator("#a-urgency").wait_for()
    page.get_by_text("The same as a list").click()
    page.get_by_label("Calf pain, left", exact=True).select_option("present")
    page.get_by_label("Ankle reflex, left").select_option("absent")
    page.get_by_label("Straight leg raise, left", exact=True).select_option("positive_up_to_45")
    expect(page.locator("#answer table.bars th").first).to_contain_text("disc herniation")
    assert page.locator("#answer").get_by_text(re.compile("Root S1 left")).count() >= 1
    assert "Emergency" not in urgency(page)
    page.get_by_role("radiogroup", name="Cannot pass urine").get_by_role("radio", name="yes", exact=True).check()
    expect(page.locator("#a-urgency")).to_contain_text("Emergency")
    accessible(page)


def test_painting_on_the_body_is_the_same_as_the_list(page, server):
    page.goto(server + "/assess")
    page.locator('.area[data-area="calf"][data-side="right"]').first.click()
    page.locator("#a-urgency").wait_for()
    assert page.locator('[name="f.pain_calf.right"]').input_value() == "present"
    page.get_by_label("Numbness or tingling", exact=True).check()
    page.locator('.area[data-area="foot_dorsum"][data-side="left"]').first.click()
    assert page.locator('[name="f.numb_foot_dorsum.left"]').input_value() == "present"
    page.locator('.area[data-area="foot_dorsum"][data-side="left"]').first.click()
    assert page.locator('[name="f.numb_foot_dorsum.left"]').input_value() == ""


def test_a_report_is_read_where_it_stands_and_doubts_are_asked(page, server, accessible):
    page.goto(server + "/assess")
    page.locator("#report").fill(REPORT)
    page.locator("#report-read mark.affirmed").first.wait_for()
    assert "extrusion" in " ".join(page.locator("#report-read mark.affirmed").all_inner_texts())
    assert "zorgle" in page.locator("#report-read .report-text mark.lost").inner_text()
    assert "fracture" in " ".join(page.locator("#report-read mark.negated").all_inner_texts()).lower()
    assert page.locator("#report-read").inner_text().replace("\n", " ").find("MRI lumbar spine") >= 0
    assert page.locator("#answer .culprits li").count() >= 2
    accessible(page)
    doubt = page.get_by_role("radiogroup", name="protrusion")
    doubt.get_by_role("radio", name="yes", exact=True).check()
    expect(page.locator("#answer .culprits")).to_contain_text("L3-L4")
    assert doubt.get_by_role("radio", name="yes").is_checked()


def test_every_number_opens_its_source(page, server):
    page.goto(server + "/assess/example/slip-l4-l5")
    links = page.locator("#answer a.cite").evaluate_all("found => [...new Set(found.map(a => a.href))]")
    assert len(links) >= 5
    for link in links:
        assert page.request.get(link).status == 200, link


def test_next_question_is_one_click_away(page, server):
    page.goto(server + "/assess/example/slip-l4-l5")
    link = page.locator("#answer .next a").first
    finding = link.get_attribute("data-finding")
    link.click()
    focused = page.evaluate("document.activeElement.name || ''")
    assert focused.startswith(f"f.{finding}")


def test_a_reload_and_the_back_button_lose_nothing(page, server):
    page.goto(server + "/assess")
    page.get_by_label("Age", exact=True).fill("61")
    fill(page, "f.slr.left", "positive_up_to_45")
    page.locator("#a-urgency").wait_for()
    page.reload()
    page.locator("#a-urgency").wait_for()
    assert page.get_by_label("Age", exact=True).input_value() == "61"
    assert page.locator('[name="f.slr.left"]').input_value() == "positive_up_to_45"
    page.goto(server + "/")
    page.go_back()
    page.locator("#a-urgency").wait_for()
    assert page.get_by_label("Age", exact=True).input_value() == "61"
    page.get_by_text("Open or start anew").click()
    page.get_by_role("link", name="Start anew").click()
    assert page.get_by_label("Age", exact=True).input_value() == ""


def test_without_connection_the_page_stays_and_says_so(page, context, server):
    page.goto(server + "/assess")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()  # now the worker keeps the page
    page.get_by_label("Age", exact=True).fill("61")
    fill(page, "f.slr.left", "negative")
    page.locator("#a-urgency").wait_for()
    context.set_offline(True)
    fill(page, "f.slr.right", "negative")
    page.locator("#offline").wait_for()
    page.reload()
    assert page.get_by_label("Age", exact=True).input_value() == "61"
    assert page.locator('[name="f.slr.right"]').input_value() == "negative"
    context.set_offline(False)
    page.locator("#a-urgency").wait_for()


def test_the_waterfall_ends_where_the_answer_stands(page, server, accessible):
    page.goto(server + "/assess/example/slip-l4-l5")
    page.get_by_role("button", name="Show the waterfall").click()
    page.locator("table.waterfall").wait_for()
    last = page.locator("table.waterfall tbody tr").last.locator("td").last.inner_text()
    assert last == page.locator("#answer table.bars td strong").first.inner_text()
    accessible(page)


def test_findings_with_a_place_are_added_and_removed(page, server):
    page.goto(server + "/assess")
    page.locator('[name="add.finding"]').select_option("img_listhesis")
    page.locator('[name="add.state"]').select_option("grade1")
    page.locator('[name="add.level"]').select_option("L4-L5")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#extras li").wait_for()
    page.locator("#answer .culprits li").wait_for()
    page.locator("#extras .remove").click()
    expect(page.locator("#answer .culprits")).to_have_count(0)


def test_contradictions_are_told_and_lose_nothing(page, server):
    page.goto(server + "/assess")
    fill(page, "f.pain_leg.left", "absent")
    page.locator("#a-urgency").wait_for()
    fill(page, "f.pain_calf.left", "present")
    page.locator("#answer .problem").wait_for()
    assert page.locator('[name="f.pain_calf.left"]').input_value() == "present"
    fill(page, "f.pain_leg.left", "")
    page.locator("#a-urgency").wait_for()


@pytest.mark.parametrize("kind", ["Report for the notes", "Leaflet for the patient"])
def test_documents_print(page, context, server, accessible, kind):
    page.goto(server + "/assess/example/slip-l4-l5")
    with context.expect_page() as opened:
        page.get_by_role("button", name=kind).click()
    document = opened.value
    document.wait_for_load_state()
    accessible(document)
    document.emulate_media(media="print")
    assert not document.get_by_role("button", name="Print or save as PDF").is_visible()
    assert len(document.pdf()) > 20_000


def test_a_case_goes_out_as_a_file_and_comes_back(page, server, tmp_path):
    page.goto(server + "/assess/example/bone-spur-l5-s1")
    with page.expect_download() as got:
        page.get_by_role("button", name="Case as a file").click()
    file = tmp_path / "case.yaml"
    got.value.save_as(file)
    before = page.locator("#answer table.bars").first.inner_text()
    page.goto(server + "/assess")
    page.get_by_text("Open or start anew").click()
    page.get_by_label("Case file (YAML or JSON)").set_input_files(file)
    page.get_by_role("button", name="Open", exact=True).click()
    page.locator("#a-urgency").wait_for()
    assert page.locator("#answer table.bars").first.inner_text() == before


@pytest.fixture
def scriptless(browser, server):
    """The clinician's form in a browser without script."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server + "/assess")
    yield page
    context.close()


def test_it_works_without_script(scriptless):
    page = scriptless
    page.get_by_label("Age", exact=True).fill("50")
    page.locator('[name="f.slr.left"]').select_option("positive_up_to_45")
    page.get_by_role("button", name="Assess", exact=True).click()
    page.locator("#a-urgency").wait_for()
    assert page.locator('[name="f.slr.left"]').input_value() == "positive_up_to_45"


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (320, "dark"), (1500, "dark")])
def test_narrow_and_dark(browser, server, accessible, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(server + "/assess/example/slip-l4-l5")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "with every part of the form open"
    page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = false))")
    accessible(page)
    context.close()


def test_keyboard_alone_reaches_the_answer(page, server):
    page.goto(server + "/assess")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("Age", exact=True).focus()
    page.keyboard.type("70")
    page.keyboard.press("Tab")
    page.keyboard.type("f")
    page.locator("#a-urgency").wait_for()
    page.get_by_label("Straight leg raise, left", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#a-why")).to_be_visible()


def test_no_answer_holds_a_store_and_every_page_is_sealed(page, server):
    for path in ("/", "/assess", "/assess/example/slip-l4-l5"):
        headers = page.request.get(server + path).headers
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]


def test_downloaded_json_reads_as_the_same_case(page, server):
    response = page.request.post(server + "/assess/case.json", form={"age": "50", "f.slr.left": "negative"})
    case = json.loads(response.text())
    assert case["context"] == {"age": 50}
    assert case["findings"] == [{"finding": "slr", "state": "negative", "side": "left"}]


def test_rest_normal_leaves_open_what_has_no_normal(page, server):
    page.goto(server + "/assess")
    page.get_by_role("button", name="Rest normal: Complaint").click()
    page.locator("#a-urgency").wait_for()
    assert page.locator('[name="f.night_pain"]:checked').input_value() == "absent"
    assert [page.locator(f'[name="f.{name}"]').input_value() for name in ("onset", "duration", "course")] == [""] * 3
    assert page.locator("#s-tests button.normal").count() == 0


def test_the_line_at_the_foot_says_that_there_is_no_answer_or_an_old_one(page, server):
    page.goto(server + "/assess")
    page.get_by_label("Age", exact=True).fill("420")
    page.locator("#answer .problem").wait_for()
    expect(page.locator("#said")).to_have_text("No answer: see the problem told")
    page.get_by_label("Age", exact=True).fill("42")
    expect(page.locator("#said")).to_contain_text("%")
    page.get_by_label("Age", exact=True).fill("420")
    expect(page.locator("#said")).to_contain_text("Not up to date: Routine")


def test_an_answer_older_than_the_form_says_so(page, context, server):
    page.goto(server + "/assess")
    fill(page, "f.slr.left", "negative")
    page.locator("#a-urgency").wait_for()
    context.set_offline(True)
    fill(page, "f.urinary_retention", "present")
    expect(page.locator("#answer .older")).to_contain_text("older than what stands in the form")
    expect(page.locator("#said")).to_contain_text("Not up to date")
    context.set_offline(False)
    expect(page.locator("#a-urgency")).to_contain_text("Emergency")
    expect(page.locator("#answer .older")).to_have_count(0)
    # the server takes long
    page.route("**/assess/live", lambda route: (page.wait_for_timeout(3000), route.continue_()))
    fill(page, "f.urinary_retention", "absent")
    page.locator("#answer .older").wait_for()
    expect(page.locator("#answer .older")).to_have_count(0)
    expect(page.locator("#a-urgency")).not_to_contain_text("Emergency")


def test_the_next_patient_does_not_get_what_was_typed_for_the_last_one(page, server):
    page.goto(server + "/assess")
    page.get_by_label("Age", exact=True).fill("61")
    fill(page, "f.fever_measured", "present")
    page.locator("#a-urgency").wait_for()
    page.goto(server + "/")
    page.get_by_role("link", name="New assessment").click()
    note = page.locator("#begun")
    expect(note).to_contain_text("An assessment was begun in this window")
    assert page.get_by_label("Age", exact=True).input_value() == ""
    assert page.locator("#a-urgency").count() == 0
    note.get_by_role("button", name="Go on with it").click()
    page.locator("#a-urgency").wait_for()
    assert page.get_by_label("Age", exact=True).input_value() == "61"
    assert page.locator('[name="f.fever_measured"]:checked').input_value() == "present"


def test_an_answered_doubt_of_a_report_outlives_a_reload(page, server):
    page.goto(server + "/assess")
    page.get_by_label("Report, pasted as written").fill(REPORT)
    no = page.locator('#report-read input[type="radio"][value="no"]').first
    no.check()
    page.wait_for_timeout(600)
    name = no.get_attribute("name")
    page.reload()
    page.locator("#a-urgency").wait_for()
    expect(page.locator(f'[name="{name}"]:checked')).to_have_value("no")


def test_the_brush_for_pain_paints_no_numbness(page, server):
    page.goto(server + "/assess")
    page.locator('.area[data-area="saddle"]').first.click(force=True)
    page.get_by_label("Numbness or tingling", exact=True).check()
    page.locator('.area[data-area="back"]').first.click(force=True)
    assert page.locator('[name="f.pain_back"]').input_value() == ""
    assert page.locator('[name="f.saddle_numbness"]:checked').input_value() == ""
    page.locator('.area[data-area="saddle"]').first.click(force=True)
    assert page.locator('[name="f.saddle_numbness"]:checked').input_value() == "present"


def test_a_finding_being_added_is_not_lost_to_the_next_answer(page, server):
    page.goto(server + "/assess")
    page.route("**/assess/add", lambda route: (page.wait_for_timeout(800), route.continue_()))
    page.locator('[name="add.finding"]').select_option("img_listhesis")
    page.locator('[name="add.state"]').select_option("grade1")
    page.get_by_role("button", name="Add", exact=True).click()
    fill(page, "f.slr.left", "negative")
    page.locator("#extras li").wait_for()
    page.locator("#answer .culprits li").wait_for()


def test_a_change_to_an_opened_example_outlives_a_reload_but_stays_with_it(page, server):
    page.goto(server + "/assess/example/slip-l4-l5")
    said = page.locator('[name="f.kemp.right"]')
    assert said.input_value() == "present"
    fill(page, "f.kemp.right", "")
    fill(page, "f.slr.left", "negative")
    page.wait_for_timeout(200)
    page.reload()
    expect(page.locator("#answer-rest")).to_contain_text("Why")
    assert said.input_value() == ""
    assert page.locator('[name="f.slr.left"]').input_value() == "negative"
    page.goto(server + "/assess/example/herniation-l4-l5")
    page.goto(server + "/assess/example/slip-l4-l5")
    assert said.input_value() == "present"
    page.reload()
    assert said.input_value() == "present"


def test_rest_normal_writes_over_nothing_that_an_opened_case_states(page, server):
    """The stated bladder change stood under imaging; the button wrote "no" over it and the red banner vanished."""
    page.goto(server + "/assess/example/herniation-l4-l5")
    expect(page.locator("#a-urgency")).to_contain_text("Emergency")
    said = page.get_by_role("radiogroup", name="Changed bladder feeling or stream")
    expect(said.get_by_role("radio", name="yes, new", exact=True)).to_be_checked()
    assert page.locator('[name="f.power_ankle_dorsiflexion.left"] option:checked').inner_text() == "3+/5"
    assert page.locator('[name="f.slr.left"] option:checked').inner_text() == "45°"
    assert not [x for x in page.locator("#extras li").all_inner_texts() if "bladder" in x or "power" in x]
    with page.expect_response("**/assess/whole"):
        page.get_by_role("button", name="Rest normal: Bladder, bowel and saddle").click()
    expect(said.get_by_role("radio", name="yes, new", exact=True)).to_be_checked()
    expect(page.locator('[name="f.urinary_retention"]:checked')).to_have_value("absent")
    expect(page.locator('[name="f.sphincter_disturbance"]:checked')).to_have_value("")
    expect(page.locator("#a-urgency")).to_contain_text("Emergency")
    expect(page.locator("#answer .problem")).to_have_count(0)
    for button in page.locator("button.normal").all():  # and no other of them makes a contradiction
        button.evaluate("b => b.click()")
        page.wait_for_timeout(400)
    expect(page.locator("#answer .older")).to_have_count(0, timeout=20_000)
    expect(page.locator("#answer .problem")).to_have_count(0)
    expect(page.locator("#a-urgency")).to_contain_text("Emergency")


def test_rest_normal_leaves_what_the_lists_and_further_findings_state(page, server):
    page.goto(server + "/assess")
    page.locator("#conditions").fill("osteoporosis")
    page.locator("#a-urgency").wait_for()
    page.get_by_role("button", name="Rest normal: Cancer, infection").click()
    expect(page.locator('[name="f.cancer_history"]:checked')).to_have_value("absent")
    assert page.locator('[name="f.osteoporosis"]:checked').input_value() == ""
    expect(page.locator("#answer .problem")).to_have_count(0)


def test_a_contradiction_keeps_the_last_urgency_in_sight(page, server):
    page.goto(server + "/assess")
    fill(page, "f.pain_leg.left", "absent")
    fill(page, "f.urinary_retention", "present")
    expect(page.locator("#answer-rest")).to_contain_text("Take along")
    fill(page, "f.pain_calf.left", "present")
    expect(page.locator("#answer .problem")).to_contain_text("cannot both be true")
    assert "pain_calf:" not in page.locator("#answer .problem").inner_text()
    expect(page.locator("#a-urgency")).to_contain_text("Emergency")
    expect(page.locator("#answer .older")).to_contain_text("Not up to date")
    expect(page.locator("#said")).to_contain_text("Not up to date: Emergency")
    page.locator("#answer .problem").get_by_role("link").click()
    assert page.evaluate("document.activeElement.name").startswith("f.pain_calf")
    fill(page, "f.pain_leg.left", "")
    expect(page.locator("#answer .problem")).to_have_count(0)
    expect(page.locator("#answer .older")).to_have_count(0)


def test_a_wrong_number_is_told_at_its_field_and_the_answer_stays(page, server, accessible):
    page.goto(server + "/assess")
    fill(page, "f.urinary_retention", "present")
    expect(page.locator("#answer-rest")).to_contain_text("Take along")
    age, inr = page.get_by_label("Age", exact=True), page.get_by_label("INR", exact=True)
    age.fill("420")
    expect(page.locator("#e-age")).to_have_text("Age: give a number from 0 to 120. Here stands '420'.")
    expect(age).to_have_attribute("aria-invalid", "true")
    expect(age).to_have_attribute("aria-describedby", "e-age")
    inr.fill("abc")
    expect(inr).to_have_attribute("aria-describedby", "e-m.inr")
    assert "context" not in page.locator("#answer").inner_text()
    expect(page.locator("#a-urgency")).to_contain_text("Emergency")
    expect(page.locator("#answer .older")).to_be_visible()
    accessible(page)
    age.fill("42")
    expect(page.locator("#e-age")).to_have_count(0)
    inr.fill("2,5")
    expect(page.locator("#answer .older")).to_have_count(0)
    expect(page.locator("[aria-invalid]")).to_have_count(0)


def test_without_script_a_wrong_number_loses_nothing(scriptless):
    page = scriptless
    page.get_by_label("Age", exact=True).fill("420")
    page.locator('[name="f.slr.left"]').select_option("positive_up_to_45")
    page.locator("#medicines").fill("aspirin")
    page.get_by_role("button", name="Assess", exact=True).click()
    assert page.get_by_label("Age", exact=True).input_value() == "420"
    assert "0 to 120" in page.locator("#e-age").inner_text()
    assert page.locator('[name="f.slr.left"]').input_value() == "positive_up_to_45"
    page.get_by_label("Age", exact=True).fill("42")
    page.get_by_role("button", name="Assess", exact=True).click()
    page.locator("#a-urgency").wait_for()


def test_a_name_that_is_not_recognised_is_told_at_its_field(page, server, accessible):
    page.goto(server + "/assess")
    field = page.locator("#medicines")
    field.fill("ibuprofin, zzzqx")
    told = page.locator("#told-medicines")
    expect(told).to_contain_text("Not recognised: “ibuprofin”. Did you mean ibuprofen?")
    expect(told).to_contain_text("“zzzqx”")
    expect(told).to_contain_text("medicines are blocked")
    assert field.get_attribute("aria-describedby") == "told-medicines"
    accessible(page)
    field.fill("ibuprofen")
    expect(told).to_be_empty()


PHONE = {"width": 390, "height": 844}
BOXES = "all => all.filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect().toJSON())"


def test_on_a_phone_the_examination_stands_in_rows_that_can_be_read(page, server):
    page.set_viewport_size(PHONE)
    page.goto(server + "/assess/example/slip-l4-l5")
    roots = page.locator("table.roots .roots-of").evaluate_all(BOXES)
    assert max(box["height"] for box in roots) < 40  # "L1-L3" in one line
    selects = page.locator("table.roots select").evaluate_all(BOXES)
    assert min(box["width"] for box in selects) > 110
    lines = "e => { const r = new Range(); r.selectNodeContents(e.firstChild); return r.getClientRects().length; }"
    assert page.locator("table.roots tbody tr:not(.part) th").nth(1).evaluate(lines) == 1


def test_on_a_phone_the_letters_of_the_spine_are_large_enough(page, server):
    page.set_viewport_size(PHONE)
    page.goto(server + "/assess/example/slip-l4-l5")
    texts = page.locator(".spine text").evaluate_all(BOXES)
    assert texts
    assert min(box["height"] for box in texts) > 13
    assert max(box["right"] for box in texts) <= PHONE["width"]


def test_what_is_jumped_to_is_not_covered_by_the_bar(page, server):
    page.goto(server + "/assess/example/slip-l4-l5")
    page.get_by_role("link", name="Imaging", exact=True).click()
    page.wait_for_timeout(200)
    bar = page.locator(".steps").bounding_box()
    assert page.locator("#h-imaging").bounding_box()["y"] >= bar["y"] + bar["height"] - 1


def test_numbers_stand_beside_the_first_line_of_what_is_next(page, server):
    page.set_viewport_size(PHONE)
    page.goto(server + "/assess/example/slip-l4-l5")
    assert page.locator(".next a").first.evaluate("a => getComputedStyle(a).display") == "inline"
    assert page.locator(".options a").first.evaluate("a => getComputedStyle(a).display") == "inline"
    assert "(left )" not in page.locator("#answer").inner_text()


SUSPECTED = b"""
context: {age: 38, sex: female, setting: emergency}
findings:
- {finding: pain_back}
- {finding: pain_posterior_thigh, side: bilateral}
- {finding: pain_calf, side: bilateral}
- {finding: duration, state: days}
- {finding: course, state: worsening}
- {finding: bladder_change, new: true, since: 1 day}
- {finding: saddle_numbness, state: absent}
- {finding: saddle_sensation_reduced, state: absent}
- {finding: anal_tone_reduced, state: absent}
- {finding: post_void_residual, state: below_200}
- {finding: reflex_ankle, side: bilateral, state: reduced}
- {finding: power_leg, side: bilateral, state: normal}
- {finding: slr, side: bilateral, degrees: 40}
"""


@pytest.mark.parametrize("width", [390, 1280])
def test_what_stands_beside_a_suspected_cauda_equina_hides_no_number(page, server, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(server + "/assess")
    page.get_by_text("Open or start anew").click()
    page.get_by_label("Case file (YAML or JSON)").set_input_files(
        {"name": "case.yaml", "mimeType": "text/yaml", "buffer": SUSPECTED}
    )
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_text("do not exclude it").wait_for()
    right = page.evaluate(
        "Math.max(...[...document.querySelectorAll('table')].map((t) => t.getBoundingClientRect().right))"
    )
    assert right <= width
