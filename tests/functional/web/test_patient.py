"""Whole journeys through the patient view in a real browser."""

import re
from pathlib import Path

import pytest

from foramen.records.case_file import read_case

QUIET = {"age": "45", "sex": "male", "pain": "back calf.left thigh_back.left", "duration": "weeks", "course": "stable",
         "onset": "after_lifting", "medicines": "none", "conditions": "none"}  # fmt: skip
LATIN = {"Foramen", "English", "Apache-2.0", "QT", "B12", "B6", "B"}


def here(page) -> str:
    return page.locator("#interview").get_attribute("data-here")


def moved(page, before) -> str:
    elsewhere = "h => { const i = document.getElementById('interview'); return i && i.dataset.here !== h; }"
    page.wait_for_function(elsewhere, arg=before)
    return here(page)


def press(page, value) -> str:
    before = here(page)
    page.locator(f'#interview button[value="{value}"]').click()
    return moved(page, before)


def answer(page, said) -> str:
    """Answer the question that is shown; no where nothing else is said."""
    name = here(page)
    if name == "confirm":
        return press(page, "confirm")
    value = said.get(name, "none" if page.locator(".place").count() else "no")
    if page.locator('#interview input[type="text"], #interview textarea').count():
        page.locator('#interview [name="v"]').fill(value)
        return press(page, "next")
    if value in ("?", "none", "no", "yes") or not page.locator(".place").count():
        return press(page, "skip" if value == "?" else value)
    for place in value.split():
        page.locator(f'input[value="{place}"]').check()
    return press(page, "next")


def start(page, server, language="en") -> None:
    page.goto(f"{server}/patient?lang={language}")
    press(page, "begin")


def walk(page, said, until="end", seen=None) -> None:
    for _ in range(90):
        if seen is not None:
            seen(page)
        if here(page) == until:
            return
        answer(page, said)
    raise AssertionError(f"{until} was not reached")


def text(page) -> str:
    return page.locator("#interview").inner_text()


def test_an_ordinary_sciatica_to_the_end_and_its_file(page, server, tmp_path):
    start(page, server)
    walk(page, QUIET | {"cough_sneeze_worse": "yes"})
    shown = text(page)
    assert "See your doctor" in shown
    assert "Calf (left)" in shown
    assert "Between one and six weeks" in shown
    assert "Go to the emergency department at once if:" in shown
    assert "Is the skin between your legs or around your bottom numb? No" in shown
    assert "Leg weakness reported" not in shown
    assert "%" not in shown
    assert "patient" in page.url
    assert "=" not in page.url
    with page.expect_download() as got:
        page.locator('button[value="save"]').click()
    saved = Path(got.value.path())
    case = read_case(saved)
    assert case.age == 45
    assert {"pain_calf", "duration", "saddle_numbness"} <= {o.finding for o in case.observations}
    assert case.medicines_complete


def test_a_cauda_equina_sign_stops_at_once_and_a_slip_can_be_undone(page, server):
    start(page, server)
    walk(page, QUIET, until="saddle_numbness")
    assert press(page, "yes") == "stop"
    shown = text(page)
    assert "Go to the emergency department today" in shown
    assert "Is the skin between your legs or around your bottom numb? Yes" in shown
    assert not re.search(r"\b(112|999|911)\b", shown)
    assert page.locator('button[value="next"]').count() == 0
    press(page, "finish")
    assert "Get help today" in text(page)
    assert "What can help now?" not in text(page)
    press(page, "back")
    assert press(page, "back") == "saddle_numbness"
    assert "your answer" in page.locator('button[value="yes"]').inner_text()
    assert press(page, "no") == "sexual_dysfunction"


def test_the_browsers_back_and_forward_buttons(page, server):
    start(page, server)
    walk(page, QUIET, until="numb")
    page.go_back()
    assert moved(page, "numb") == "pain"
    assert page.locator('input[value="calf.left"]').is_checked()
    page.go_back()
    assert moved(page, "pain") == "sex"
    page.go_forward()
    assert moved(page, "sex") == "pain"
    page.locator('input[value="calf.left"]').uncheck()
    press(page, "next")
    walk(page, QUIET, until="urinary_retention")
    assert "calf" not in page.locator('input[name="a"][value^="pain"]').get_attribute("value")


def test_a_reload_keeps_the_answers_and_starting_again_deletes_them(page, server):
    start(page, server)
    walk(page, QUIET, until="urinary_incontinence")
    page.reload()
    assert moved(page, "welcome") == "urinary_incontinence"
    fields = page.locator('input[name="a"]').evaluate_all("all => all.map((i) => i.value)")
    assert fields[:2] == ["age=45", "sex=male"]
    press(page, "finish")
    page.locator('button[value="restart"]').click()
    page.wait_for_selector('[data-here="welcome"]')
    assert page.evaluate("sessionStorage.getItem('foramen-patient')") is None
    page.reload()
    page.wait_for_timeout(300)
    assert here(page) == "welcome"


def test_finish_at_any_time_says_that_it_is_provisional(page, server):
    start(page, server)
    walk(page, QUIET, until="urinary_retention")
    press(page, "finish")
    shown = text(page)
    assert "You have not been asked about all warning signs yet" in shown
    assert "Still to be asked by the doctor" in shown
    assert "Are you unable to pass water" in shown


def test_with_the_keyboard_alone(page, server):
    page.goto(f"{server}/patient")
    page.locator('button[value="begin"]').focus()
    page.keyboard.press("Enter")
    moved(page, "welcome")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("Tab")
    page.keyboard.type("45")
    page.keyboard.press("Enter")
    moved(page, "age")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert moved(page, "sex") == "pain"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator('input[value="back"]').is_checked()
    page.keyboard.press("Enter")
    assert moved(page, "pain") == "numb"


def test_a_wrong_age_is_told_and_kept(page, server):
    start(page, server)
    page.locator('[name="v"]').fill("abc")
    page.locator('button[value="next"]').click()
    page.wait_for_selector(".fault")
    assert "Please write your age in years" in text(page)
    assert page.locator('[name="v"]').input_value() == "abc"


def test_medicines_are_confirmed_and_unknown_names_told(page, server):
    start(page, server)
    walk(page, QUIET, until="medicines")
    page.locator("textarea").fill("apixaban, ibuprofin")
    assert press(page, "next") == "confirm"
    shown = text(page)
    assert "a blood thinner" in shown
    assert "did you mean ibuprofen?" in shown
    assert press(page, "change") == "medicines"
    assert page.locator("textarea").input_value() == "apixaban, ibuprofin"


def test_the_picture_ticks_the_list(page, server):
    start(page, server)
    walk(page, QUIET, until="pain")
    page.locator('[data-place="thigh_front.right"]').click()
    assert page.locator('input[value="thigh_front.right"]').is_checked()
    assert "on" in page.locator('[data-place="thigh_front.right"]').get_attribute("class")


def test_without_script(browser, server):
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{server}/patient")

    def step(value):
        page.locator(f'button[value="{value}"]').first.click()
        return here(page)

    assert step("begin") == "age"
    page.locator('[name="v"]').fill("45")
    assert step("next") == "sex"
    assert step("female") == "pain"
    page.locator('input[value="calf.left"]').check()
    page.locator('footer button[value="ru"]').click()
    assert here(page) == "pain"
    assert "Где болит?" in text(page)
    assert page.locator('input[value="calf.left"]').is_checked()
    assert step("next") == "numb"
    assert step("back") == "pain"
    assert page.locator('input[value="calf.left"]').is_checked()
    assert step("finish") == "end"  # what is ticked on the screen counts
    page.locator('footer button[value="en"]').click()
    assert "Calf (left)" in text(page)
    assert page.locator("[data-print]").is_hidden()
    assert step("restart") == "welcome"
    context.close()


def test_the_language_can_be_changed_in_the_middle(page, server):
    start(page, server)
    walk(page, QUIET, until="urinary_retention")
    page.locator("footer").get_by_text("Русский").click()
    page.wait_for_selector('[data-here="urinary_retention"]')
    assert "помочиться" in text(page)
    assert page.locator("html").get_attribute("lang") == "ru"
    press(page, "no")
    page.go_back()
    assert moved(page, "urinary_incontinence") == "urinary_retention"


@pytest.mark.parametrize("said", [{}, {"weakness_reported": "left", "weakness_progression": "stable"}])
def test_a_whole_journey_in_russian(page, server, said):
    odd = set()

    def look(shown):
        words = re.findall(r"[A-Za-z][A-Za-z0-9.-]*", shown.locator("body").inner_text() + shown.title())
        odd.update(word.rstrip(".") for word in words if word.rstrip(".") not in LATIN)

    start(page, server, "ru")
    walk(page, QUIET | said | {"medicines": "ксарелто, нурофен"}, seen=look)
    assert odd == set()
    assert "ксарелто" in text(page)
    assert page.title().startswith("Что сказать врачу")


def test_an_emergency_in_russian(page, server):
    start(page, server, "ru")
    walk(page, QUIET | {"urinary_retention": "yes"}, until="stop")
    assert not set(re.findall(r"[A-Za-z]+", text(page)))
    assert "вызовите скорую" in text(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_kind_of_screen_is_accessible_on_a_phone(page, server, accessible, dark):
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme="dark" if dark else "light")
    kinds = {"age", "sex", "pain", "urinary_retention", "weakness_reported", "duration", "medicines", "confirm", "end"}
    looked = set()

    def look(shown):
        name = here(shown)
        if name not in kinds or name in looked:
            return
        looked.add(name)
        accessible(shown)
        assert shown.evaluate("document.documentElement.scrollWidth") <= 320, name
        targets = "#interview button, #interview .place label, #interview input[type=text], #interview textarea"
        heights = shown.locator(targets).evaluate_all(
            "all => all.filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect().height)"
        )
        assert min(heights) >= 44, name

    page.goto(f"{server}/patient")
    accessible(page)
    press(page, "begin")
    page.locator('[name="v"]').fill("x")
    page.locator('button[value="next"]').click()
    page.wait_for_selector(".fault")
    accessible(page)
    walk(page, QUIET | {"medicines": "apixaban, zzz", "fever_reported": "?"}, seen=look)
    assert looked == kinds
    page.evaluate("sessionStorage.clear()")
    start(page, server)
    walk(page, QUIET | {"urinary_retention": "yes"}, until="stop")
    accessible(page)


def test_on_paper_the_buttons_are_gone(page, server):
    start(page, server)
    press(page, "finish")
    page.emulate_media(media="print")
    assert page.locator("#interview h1").is_visible()
    for gone in ("header.site", "footer.site", "[data-print]", 'button[value="save"]'):
        assert not page.locator(gone).is_visible()


def test_answers_of_nobody_are_in_cookies_or_addresses(page, server, context):
    asked = []
    page.on("request", lambda r: asked.append((r.method, r.url)))
    start(page, server)
    walk(page, QUIET, until="urinary_incontinence")
    assert {c["name"] for c in context.cookies()} <= {"lang"}
    assert {url.partition("/patient")[2] for _, url in asked if "/static/" not in url} <= {"", "?lang=en"}
    assert ("POST", f"{server}/patient") in asked


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"a=age%3D45&q=no_such&v=yes", b"q=age", b"here=end", b"a=" * 500, b"q=pain&v=zzz&go=next"]
)
def test_odd_requests_get_a_page_and_no_fault(server, body):
    import urllib.request

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    with urllib.request.urlopen(urllib.request.Request(f"{server}/patient", body, kind)) as got:
        assert got.status == 200
        assert b'id="interview"' in got.read()


def test_who_comes_anew_sees_no_answers_of_the_one_before(page, server):
    start(page, server)
    walk(page, QUIET, until="urinary_incontinence")
    page.goto(f"{server}/")
    page.goto(f"{server}/patient")
    page.locator("#left").wait_for()
    assert here(page) == "welcome"
    page.get_by_role("button", name="go on with them").click()
    assert moved(page, "welcome") == "urinary_incontinence"
    page.goto(f"{server}/")
    page.goto(f"{server}/patient")
    page.locator('button[value="begin"]').click()
    assert moved(page, "welcome") == "age"
    assert page.locator('input[name="a"]').count() == 0
    assert page.evaluate("sessionStorage.getItem('foramen-patient-left')") is None


@pytest.mark.parametrize("button", ['button[value="none"]', 'button[value="skip"]'])
def test_a_ticked_place_is_not_thrown_away_by_another_button(page, server, button):
    start(page, server)
    walk(page, QUIET, until="numb")
    page.locator('.place input[value="calf.left"]').check(force=True)
    page.locator(button).click()
    page.locator("#fault").wait_for()
    assert "Take the tick away" in text(page)
    assert page.locator('.place input[value="calf.left"]').is_checked()


@pytest.mark.parametrize("script", [True, False])
def test_that_it_is_made_for_adults_is_told_at_the_age_question(browser, server, script):
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    page = context.new_page()
    page.goto(f"{server}/patient")
    page.locator('button[value="begin"]').click()
    page.locator('[name="v"]').fill("7")
    page.locator('button[value="next"]').click()
    page.locator("#note").wait_for()
    assert "made for adults" in text(page)
    assert page.locator('[name="v"]').input_value() == "7"
    page.locator('[name="v"]').fill("17")  # another age is asked again
    page.locator('button[value="next"]').click()
    page.locator('[name="sure"][value="17"]').wait_for(state="attached")
    page.locator('button[value="next"]').click()
    page.locator('[data-here="sex"]').wait_for()
    context.close()
