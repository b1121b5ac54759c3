"""Further, held-out and short cases and vignettes stay readable: a renamed finding would make a case a miss."""

from pathlib import Path

import pytest
import yaml

from foramen.assessment.assess import default_engine
from foramen.records.case_file import case_from_mapping
from foramen.records.evidence import items_of

FOLDER = Path(__file__).parents[2] / "validation"
BESIDES = ("further", "held_out", "short", "vignettes")
FURTHER, HELD_OUT, SHORT, VIGNETTES = (sorted((FOLDER / name).glob("*.yaml")) for name in BESIDES)
SECOND = sorted((FOLDER / "second_encoding").glob("*.yaml"))
BESIDE = ("truth", "not_encoded")


def test_there_are_as_many_as_the_page_says():
    assert (len(FURTHER), len(HELD_OUT), len(SHORT), len(VIGNETTES)) == (189, 39, 73, 104)
    names = [p.stem for folder in ("cases", *BESIDES) for p in (FOLDER / folder).glob("*.yaml")]
    assert len(names) == len(set(names))


def test_the_second_encoding_is_of_the_same_cases_and_truths():
    first = {p.stem: yaml.safe_load(p.read_text(encoding="utf-8"))["truth"] for p in (FOLDER / "cases").glob("*.yaml")}
    assert {p.stem: yaml.safe_load(p.read_text(encoding="utf-8"))["truth"] for p in SECOND} == first


@pytest.mark.parametrize(
    "path", [*FURTHER, *HELD_OUT, *SHORT, *VIGNETTES, *SECOND], ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_a_further_case_is_read_with_its_source_and_truth(path):
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert raw["id"] == path.stem
    assert raw["source"]["url"].startswith("http")
    assert {"cause", "level", "side", "roots", "cauda_equina", "urgency", "text"} <= raw["truth"].keys()
    case = case_from_mapping({k: v for k, v in raw.items() if k not in BESIDE})
    assert any(item.counts for item in items_of(case, default_engine().model))
