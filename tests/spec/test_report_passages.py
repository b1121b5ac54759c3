"""Passages in many styles: what is denied, doubted or set against the other side is read as such, or told."""

from pathlib import Path

import pytest
import yaml

from foramen.records.reports import read_report
from foramen.records.reports.to_case import left_out, observations

PASSAGES = yaml.safe_load((Path(__file__).parent / "report_passages.yaml").read_text(encoding="utf-8"))
SIGN = {"affirmed": "+", "uncertain": "?", "negated": "-", "historical": "o", "postoperative": "p"}


def fits(pattern: str, found: tuple[str, ...]) -> bool:
    return all(a in ("*", b) for a, b in zip(pattern.split(), found, strict=True))


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda p: p["text"][:60])
def test_a_passage_says_this_and_no_more(passage):
    read = read_report(f"MRI lumbar spine.\n{passage['text']}")
    found = [(SIGN[f.certainty], f.type, str(f.level), str(f.side)) for f in (*read.findings, *read.also)]
    assert [w for w in passage["want"] if not any(fits(w, f) for f in found)] == []
    known = [*passage["want"], *passage.get("may", ())]
    assert [f for f in found if not any(fits(k, f) for k in known)] == []
    told = [s[2] for s in read.not_understood] + [w for p in read.partly_understood for w in p.words]
    assert passage.get("told", "") in " | ".join(told)


@pytest.mark.parametrize(
    "text",
    [
        "Metastasis in L3 is unlikely.",
        "Discitis or abscess cannot be excluded.",
        "Haemangioma versus metastasis in L3.",
        "Marrow change in L4, suspicious.",
        "L4-L5: disc bulge rather than protrusion. L3-L4: normal. L5-S1: normal.",
    ],
)
def test_what_is_doubted_is_told_and_its_silence_says_nothing(text):
    read = read_report(f"MRI lumbar spine.\n{text}")
    assert left_out(read.findings) or read.not_understood or read.partly_understood
    assert not read.complete


def test_danger_in_doubt_counts_and_a_doubted_protrusion_does_not():
    read = read_report("MRI lumbar spine. Metastasis in L3 is unlikely. L4-L5: disc bulge rather than protrusion.")
    entered = {(o.finding, o.state) for o in observations((*read.findings, *read.also), "mri")}
    assert entered == {("img_marrow_lesion", "abnormal"), ("img_disc_bulge", "abnormal")}


@pytest.mark.parametrize("word", ["infarction", "injection", "process", "dissection", "assesses", "width", "clearly"])
def test_a_word_is_not_corrected_to_another(word):
    """These were once taken for misspellings of infection, compress, facet, with and clear."""
    assert not read_report(f"MRI lumbar spine. L4-L5: {word}.").findings
