"""Statements whose side or level is open are weighed exactly, up to a stated number."""

import pytest

import foramen
from foramen.records.case_file import case_from_mapping


def with_open_sides(count):
    names = [
        "img_herniation_subarticular", "img_herniation_foraminal", "img_lateral_recess_stenosis",
        "img_foraminal_stenosis", "img_osteophyte_foraminal", "img_synovial_cyst", "img_flavum_cyst",
        "img_postoperative_scar", "img_root_contact_exiting", "img_root_contact_traversing",
    ]  # fmt: skip
    levels = ("L4-L5", "L5-S1")
    found = [{"finding": n, "level": lv, "side": "unstated", "state": "abnormal"} for lv in levels for n in names]
    return case_from_mapping({"context": {"age": 50}, "findings": found[:count]})


def test_a_few_open_statements_are_weighed():
    assert foramen.assess(with_open_sides(4), draws=10).culprits


def test_too_many_are_refused_with_the_cure():
    with pytest.raises(foramen.CaseError, match="State the side or level"):
        foramen.assess(with_open_sides(18), draws=10)
