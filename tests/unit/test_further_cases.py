"""The further cases of validation/ stay readable: a renamed finding would turn a case into a miss unseen."""

from pathlib import Path

import pytest
import yaml

from foramen.assessment.assess import default_engine
from foramen.records.case_file import case_from_mapping
from foramen.records.evidence import items_of

FURTHER = sorted((Path(__file__).parents[2] / "validation" / "further").glob("*.yaml"))
BESIDE = ("truth", "not_encoded")


def test_there_are_as_many_as_the_page_says():
    assert len(FURTHER) == 69
    known = {p.stem for p in (FURTHER[0].parent.parent / "cases").glob("*.yaml")}
    assert not known & {p.stem for p in FURTHER}


@pytest.mark.parametrize("path", FURTHER, ids=lambda p: p.stem)
def test_a_further_case_is_read_with_its_source_and_truth(path):
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert raw["id"] == path.stem
    assert raw["source"]["url"].startswith("http")
    assert {"cause", "level", "side", "roots", "cauda_equina", "urgency", "text"} <= raw["truth"].keys()
    case = case_from_mapping({k: v for k, v in raw.items() if k not in BESIDE})
    assert any(item.counts for item in items_of(case, default_engine().model))
