"""Names of medicines and conditions: the wide tables, reactions in free words, what is left over, and near hints."""

import csv
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "safety"))
from plan_cases import clear

from foramen.case import Case
from foramen.errors import KnowledgeError
from foramen.knowledge.loader import load_knowledge
from foramen.knowledge.medicine_names import brand_names, with_brands
from foramen.plan.person import ABSENT, PRESENT, UNKNOWN, Person
from foramen.records.listed import Listed, read_lists
from foramen.records.names import nearest, plain, vocabulary
from foramen.web import i18n

KNOWLEDGE = load_knowledge()
NSAID = "nsaid_sensitive_asthma"
AGENT = "steroid_contrast_or_anaesthetic_allergy"


def table(name: str) -> dict[str, str]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1] for row in list(csv.reader(file))[1:]}


def condition(*texts: str) -> Listed:
    return read_lists(Case(conditions=texts), KNOWLEDGE)


def left(*texts: str) -> list[str]:
    return [u.name for u in condition(*texts).unmatched]


def said(listed: Listed) -> str:
    """What a list says in one line, as in the table: what is left open with "?", what is denied with "no:"."""
    open_, denied = (f"?{key}" for key in sorted(listed.open)), (f"no:{key}" for key in sorted(listed.denied))
    return " ".join([*sorted(listed.has), *open_, *denied, *(f"UNKNOWN:{u.name}" for u in listed.unmatched)])


def test_every_brand_counts_in_the_classes_of_the_table() -> None:
    wanted = table("medicine_names.csv")
    own = vocabulary("medicine", KNOWLEDGE)
    assert {name: " ".join(sorted(own.found(name))) for name in wanted} == wanted
    assert wanted.keys() == KNOWLEDGE.plan.medicine_names.keys()


def test_every_condition_of_the_table_states_what_it_says() -> None:
    wanted = table("condition_names.csv")
    assert {name: said(condition(name)) for name in wanted} == wanted


RUSSIAN = """
    Ксарелто, Эликвис, Прадакса, Варфарин, Мелоксикам, Мовалис, Аспирин, Кардиомагнил, Тромбо АСС, Плавикс, Кеторол,
    Кетонал, Найз, Нимесил, Нимесулид, Ксефокам, Дексалгин, Аэртал, Ибупрофен, Нурофен, Диклофенак, Вольтарен,
    Парацетамол, Панадол, Анальгин, Баралгин, Мидокалм, Сирдалуд, Баклофен, Катадолон, Трамадол, Габапентин, Тебантин,
    Прегабалин, Лирика, Финлепсин, Карбамазепин, Амитриптилин, Дулоксетин, Симбалта, Феназепам, Диазепам, Дипроспан,
    Метипред, Преднизолон, Дексаметазон, Мильгамма, Комбилипен, Энап, Лозап, Конкор, Бисопролол, Амлодипин, Кордарон,
    Дигоксин, Верошпирон, Фуросемид, Торасемид, Индапамид, Аторвастатин, Омепразол, Метформин, Сиофор, L-тироксин,
    Эутирокс, Ketorol, Movalis, Nimesil, Xefocam, Dexalgin, Airtal, Cardiomagnyl, Enap, Lozap, Finlepsin, Tebantin,
    Phenazepam, Diprospan, Metypred, Cordaron, Siofor, Anadin, Doliprane, Efferalgan, Dafalgan, Aspégic, Dolormin,
    Thomapyrin, Difene, Lemsip, ginkgo, digoxin
"""


@pytest.mark.parametrize("written", [str.strip, str.upper, str.lower])
def test_names_are_known_in_any_case(written) -> None:
    names = tuple(written(name.strip()) for name in RUSSIAN.split(","))
    assert read_lists(Case(medicines=names), KNOWLEDGE).unmatched == []


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("Lemsip", {"other_known"}),
        ("Thomapyrin", {"antiplatelet", "other_known"}),
        ("co-codamol 30/500", {"opioid"}),
        ("Лозап плюс 50 мг", {"ace_inhibitor_or_arb", "diuretic"}),
        ("Пенталгин", {"nsaid", "other_known"}),
        ("Nurofen Cold and Flu", {"nsaid", "other_known"}),
        ("ДИКЛОФЕНАКА", {"nsaid"}),
    ],
)
def test_a_product_counts_in_all_classes_of_what_it_holds(text: str, classes: set[str]) -> None:
    assert set(read_lists(Case(medicines=(text,)), KNOWLEDGE).takes) >= classes
    assert read_lists(Case(medicines=(text,)), KNOWLEDGE).unmatched == []


@pytest.mark.parametrize(
    ("medicine", "states"),
    [
        ("Сиофор 850", "diabetes"), ("Фосамакс", "osteoporosis"), ("Плавикс", "vascular_disease"),
        ("Lanoxin", "arrhythmia_long_qt"),
    ],
)  # fmt: skip
def test_a_brand_states_what_its_medicine_states(medicine: str, states: str) -> None:
    assert states in read_lists(Case(medicines=(medicine,)), KNOWLEDGE).has


def test_the_russian_catalogue_says_nothing_else() -> None:
    for kind, names in i18n.words("ru").names.items():
        for english, written in names.items() if kind in ("medicine", "condition") else ():
            own = vocabulary(kind, KNOWLEDGE)
            for name in written:
                if name != "давление":  # to a patient it is the high one; in a doctor's text it may be any
                    assert set(own.found(name)) >= set(own.found(english)), name


@pytest.mark.parametrize(
    "text",
    [
        "asthma triggered by NSAIDs", "asthma attack after aspirin", "asthma worse with ibuprofen",
        "aspirin sensitivity", "hives after aspirin", "wheeze with ibuprofen", "NSAID allergy",
        "rash from diclofenac", "angioedema with naproxen", "allergic to ibuprofen", "Nurofen brings on my asthma",
        "urticaria (Voltarol)", "swelling of the face after Aleve", "anaphylaxis to ketorolac",
        "short of breath and itchy after Ketorol", "cannot take NSAIDs", "told not to take ibuprofen",
        "does not tolerate aspirin", "NSAIDs contraindicated", "avoids aspirin", "allergies: penicillin, aspirin",
        "allergic to penicillin and aspirin", "hives after aspirin but not ibuprofen", "aspirin allergy not excluded",
        "asthma attack with Dolormin", "астма от ибупрофена", "аллергия на аспирин", "отёк Квинке после диклофенака",
        "непереносимость НПВС", "сыпь на кеторол", "крапивница после анальгина",
        "tolerates paracetamol but hives with naproxen", "asthma on aspirin 75 mg",
    ],
)  # fmt: skip
def test_a_reaction_to_an_anti_inflammatory_counts_in_any_words(text: str) -> None:
    assert NSAID in condition(text).has, text
    assert (
        NSAID in read_lists(Case(medicines=(text,)), KNOWLEDGE).has or "," in text or " and " in text or "with" in text
    )


@pytest.mark.parametrize(
    "text",
    [
        "no aspirin allergy", "not allergic to aspirin", "no asthma attack after aspirin",
        "asthma not triggered by NSAIDs", "never had a reaction to aspirin", "aspirin allergy ruled out",
        "no known allergy to ibuprofen", "нет аллергии на аспирин", "no rash or swelling after naproxen",
    ],
)  # fmt: skip
def test_a_denied_reaction_states_none_and_no_absent_asthma(text: str) -> None:
    listed = condition(text)
    assert NSAID in listed.denied, text
    assert NSAID not in listed.has
    assert "respiratory_disease" not in listed.denied
    assert listed.unmatched == []


@pytest.mark.parametrize(
    "text",
    [
        "asthma, tolerates ibuprofen", "asthma tolerates ibuprofen", "asthma taking ibuprofen", "ibuprofen tolerated",
        "gout attack treated with naproxen", "peptic ulcer due to ibuprofen", "heart attack on aspirin",
        "nut allergy", "penicillin allergy on aspirin", "migraine attacks, takes ibuprofen", "lactose intolerance",
        "asthma on salbutamol", "asthma, uses inhalers",
    ],
)  # fmt: skip
def test_what_only_stands_beside_a_medicine_is_no_reaction(text: str) -> None:
    listed = condition(text)
    assert NSAID not in {*listed.has, *listed.denied}
    assert listed.unmatched == []


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("rash from lidocaine patch", AGENT), ("collapsed and came out in hives with contrast dye", AGENT),
        ("anaphylaxis to gadolinium", AGENT), ("swelling after cortisone injection", "steroid_allergy"),
        ("аллергия на лидокаин", AGENT), ("rash with amoxicillin", "antibiotic_allergy"),
        ("hives after vitamin B12", "cobalamin_allergy"), ("swelling after Milgamma", "cobalamin_allergy"),
    ],
)  # fmt: skip
def test_reactions_to_other_medicines_that_matter_count_too(text: str, fact: str) -> None:
    assert fact in condition(text).has


@pytest.mark.parametrize("text", ["codeine allergy", "asthma and a rash from codeine", "allergic to duloxetine"])
def test_a_reaction_that_no_condition_is_about_is_told(text: str) -> None:
    assert left(text) == [text]


@pytest.mark.parametrize(
    ("text", "medicine", "state"),
    [
        ("AF on apixaban", "anticoagulant", "arrhythmia_long_qt"),
        ("type 2 diabetes treated with metformin", "antidiabetic", "diabetes"),
        ("hypertension, takes ramipril", "ace_inhibitor_or_arb", "hypertension"),
        ("rheumatoid arthritis on methotrexate and prednisolone", "corticosteroid", "other_known"),
    ],
)
def test_a_medicine_told_with_a_condition_is_taken(text: str, medicine: str, state: str) -> None:
    listed = condition(text)
    assert medicine in listed.takes
    assert state in listed.has
    assert listed.unmatched == []


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("diabetes and wibbleitis", ["wibbleitis"]), ("heart failure and thingummy", ["thingummy"]),
        ("asthma ibuprofn", ["ibuprofn"]), ("no cancer but wibbleitis", ["wibbleitis"]),
    ],
)  # fmt: skip
def test_what_was_not_understood_beside_a_condition_is_told(text: str, rest: list[str]) -> None:
    assert left(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "asthma since childhood, well controlled", "hypertension, on tablets", "mild asthma since 2015",
        "hip replacement right 2018", "prostate cancer, treated by radiation",
        "breast cancer left side, surgery 2011", "type 2 diabetes, diet controlled", "osteoarthritis of both knees",
        "poorly controlled hypertension for 10 years", "chronic kidney disease stage 3, stable, followed up by GP",
        "no fever or chills", "smoker, 20 a day", "сахарный диабет 2 типа с 2010 года",
        "гипертоническая болезнь II стадии, лечение", "BMI 34",
    ],
)  # fmt: skip
def test_harmless_words_are_not_told(text: str) -> None:
    assert left(text) == []


@pytest.mark.parametrize(
    ("text", "heavy"),
    [
        ("alcohol 30 units a week", True), ("drinks 5 pints a day", True), ("4 units of alcohol daily", True),
        ("alcohol 10 units per week", False), ("wine 2 glasses a week", False),
    ],
)  # fmt: skip
def test_amounts_of_alcohol(text: str, heavy: bool) -> None:
    listed = condition(text)
    assert ("alcohol_excess" in listed.has) is heavy
    assert listed.unmatched == []


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("нет диабета", "diabetes"), ("рака не было", "cancer_history"), ("астмы нет", "asthma"),
        ("без эпилепсии", "epilepsy"), ("отрицает язву желудка", "peptic_ulcer_history"),
    ],
)  # fmt: skip
def test_russian_denials(text: str, fact: str) -> None:
    listed = condition(text)
    assert fact in listed.denied
    assert fact not in listed.has


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("glaucoma", "narrow_angle_glaucoma"), ("nasal polyps", NSAID), ("factor V Leiden", "thrombosis_history"),
        ("h. pylori", "peptic_ulcer_history"),
    ],
)  # fmt: skip
def test_some_names_leave_open_what_a_complete_list_would_deny(text: str, fact: str) -> None:
    def state(*texts: str, denied: tuple[str, ...] = ()) -> str:
        base = clear("acute", "disc_herniation")
        case = replace(
            base.case, conditions=texts, no_conditions=denied, conditions_complete=True, sex="female", age=30
        )
        return Person(replace(base, case=case), KNOWLEDGE.plan).fact(fact).state

    question = KNOWLEDGE.plan.facts[fact].id.replace("_", " ")
    assert state("hay fever") == ABSENT
    assert state(text) == UNKNOWN
    assert state(text, denied=(question,)) == ABSENT
    assert state(text, question) == PRESENT


@pytest.mark.parametrize("name", ["Nize", "Lozan", "Xyz", "CBD oil", "abracadabra", "Neuromidin", "medicinal cannabis"])
def test_a_far_name_is_no_hint(name: str) -> None:
    near = nearest(name, vocabulary("medicine", KNOWLEDGE).ids)
    assert near not in ("granisetron", "clozapine")
    assert not near or len(near) in range(len(name) - 3, len(name) + 4)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("apixban", "apixaban"),
        ("ibuprofin 400 mg", "ibuprofen"),
        ("диклофенек", "диклофенак"),
        ("Clonidine", ""),
        ("weakness", ""),
    ],
)
def test_a_slip_finds_its_name(name: str, near: str) -> None:
    assert nearest(name, vocabulary("medicine", KNOWLEDGE).ids) == near


def test_plain_words() -> None:
    assert plain("Отёк, Йод; Aspégic-NÄSE don’t") == "отек йод aspegic nase dont"


def test_brands_are_checked() -> None:
    with pytest.raises(KnowledgeError, match="stands twice"):
        brand_names({"aspirin": ["x"], "ibuprofen": ["x"]})
    with pytest.raises(KnowledgeError, match="did you mean 'aspirin'"):
        with_brands(KNOWLEDGE.plan.medicines, {"newbrand": ("aspirn",)})
    with pytest.raises(KnowledgeError, match="already"):
        with_brands(KNOWLEDGE.plan.medicines, {"warfarin": ("aspirin",)})


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("pregnancy test negative", "pregnancy"),
        ("HIV negative", "immunosuppression"),
        ("hepatitis B serology was negative", "liver_disease"),
        ("тест на беременность отрицательный", "pregnancy"),
    ],
)
def test_a_negative_test_denies(text: str, denied: str) -> None:
    assert denied in condition(text).denied
    assert not condition(text).has


def test_what_is_negative_of_a_disease_denies_no_disease() -> None:
    for text in ("breast cancer HER2 negative", "triple negative breast cancer", "HIV not negative"):
        assert condition(text).has, text
    assert NSAID in condition("allergic to aspirin, skin test negative").has


def test_a_denial_at_the_end_reaches_nothing_after_it() -> None:
    assert "diabetes" in condition("HIV negative, diabetes").has
    assert "diabetes" in condition("cancer excluded, diabetes").has
    assert "cancer_history" not in condition("no diabetes, cancer").denied


@pytest.mark.parametrize("text", ["mother had breast cancer", "father: prostate cancer", "у матери рак груди"])
def test_a_disease_of_a_relative_is_told_and_not_taken_over(text: str) -> None:
    read = condition(text)
    assert not read.has
    assert [u.name for u in read.unmatched] == [text]


def test_a_mother_is_no_relative_of_hers() -> None:
    assert "diabetes" in condition("mother of two, diabetes").has
    assert "diabetes" in condition("family doctor treats diabetes").has
