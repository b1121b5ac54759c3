"""Every catalogue holds every sentence of the patient view, with the same places for values."""

import re
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
sys.path.insert(0, str(Path(__file__).parents[2] / "safety"))
from plan_cases import KNOWLEDGE, clear

import extract_messages
from foramen.plan.leaflet import leaflet
from foramen.plan.make import make_plan
from foramen.records.names import vocabulary
from foramen.web import i18n
from foramen.web.patient.names import names

CATALOGUES = sorted(i18n.FOLDER.glob("*.po"))
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")
# names that Russian medicine writes in Latin letters, too
LATIN = {"Foramen", "B", "B12", "B6", "STarT", "Back", "painDETECT", "QT"}


def catalogue(path):
    with path.open("rb") as file:
        return list(read_po(file))


def test_the_template_of_the_catalogues_is_up_to_date():
    assert extract_messages.POT.read_bytes() == extract_messages.pot(), "run scripts/extract_messages.py"


def test_there_is_a_second_language():
    assert "ru" in i18n.languages()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.stem)
class TestCatalogue:
    def test_nothing_is_missing(self, path):
        assert extract_messages.missing(path) == []

    def test_nothing_is_left_over(self, path):
        known = extract_messages.all_messages()
        sentences = [m for m in catalogue(path) if m.id and m.context not in i18n.NAMES]
        assert [m.id for m in sentences if i18n.keyed(m.id, m.context) not in known] == []

    def test_values_have_the_same_places(self, path):
        for message in catalogue(path):
            if message.id and not message.context:
                assert sorted(PLACES.findall(message.id)) == sorted(PLACES.findall(message.string)), message.id

    def test_questions_stay_questions(self, path):
        for message in catalogue(path):
            if message.id and str(message.id).endswith("?"):
                assert str(message.string).endswith("?"), message.id

    def test_names_lead_to_names_of_the_vocabulary(self, path):
        for message in catalogue(path):
            if message.context in ("medicine", "condition"):
                assert vocabulary(message.context, KNOWLEDGE).found(message.id), message.id

    def test_no_name_means_two_things(self, path):
        for kind, table in i18n.words(path.stem).names.items():
            written = [name for names in table.values() for name in names]
            assert len(written) == len(set(written)), kind


def test_russian_sentences_hold_no_latin_words():
    for message in catalogue(i18n.FOLDER / "ru.po"):
        if message.id and not message.context:
            shown = PLACES.sub("", str(message.string))
            assert set(re.findall(r"[A-Za-z][A-Za-z0-9]*", shown)) <= LATIN, message.string


@pytest.mark.parametrize("cause", KNOWLEDGE.causes)
def test_every_leaflet_is_wholly_russian(cause):
    say = i18n.words("ru").gettext
    for stage, urgency in (("acute", "routine"), ("chronic", "urgent"), ("acute", "emergency")):
        plan = make_plan(clear(stage, cause, urgency=urgency, within="2 weeks"))
        text = leaflet(plan.leaflet_lines, say)
        assert set(re.findall(r"[A-Za-z][A-Za-z0-9]*", text)) <= LATIN
        assert leaflet(plan.leaflet_lines) == plan.leaflet


def test_a_text_with_a_percent_sign_or_markup_is_shown_as_it_stands():
    from foramen.web.templates import environment

    made = environment("en").from_string("{{ say(text) }}").render(text="50 % <b>{x}")
    assert made == "50 % &lt;b&gt;{x}"


@pytest.mark.parametrize(
    ("kind", "typed", "fact"),
    [
        ("conditions", "давление", "hypertension"),
        ("conditions", "низкое давление", "other_known"),
        ("conditions", "внутриглазное давление", "open_angle_glaucoma"),
        ("conditions", "гастрит", "gastritis"),
        ("medicines", "мочегонное", "diuretic"),
    ],
)
def test_everyday_russian_names_are_recognised(kind, typed, fact):
    (name,) = names(kind, typed, KNOWLEDGE, i18n.words("ru"))
    known = KNOWLEDGE.plan.facts if kind == "conditions" else KNOWLEDGE.plan.medicines
    assert name.means == (known[fact].name,)


def test_a_word_with_two_meanings_is_translated_by_its_context():
    words = i18n.words("ru")
    assert words.pgettext("to the question before", "Back") == "Назад"
    assert words.pgettext("of the body", "Back") == "Back"  # only on a page that is English for all
    assert words.gettext("Back") == "Back"
