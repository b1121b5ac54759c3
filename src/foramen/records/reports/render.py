"""What was read, written again in plain standard sentences that read to the same."""

from __future__ import annotations

from collections.abc import Iterable

from foramen.records.reports.levels import is_pair
from foramen.records.reports.result import ReportFinding

# the words of a type, where its name alone would not be read as that type
_WORDS = {
    "disc_herniation": "disc herniation",
    "disc_height_loss": "disc space narrowing",
    "annular_tear": "annular tear",
    "thecal_sac_compression": "thecal sac compression",
    "nerve_root_compression": "nerve root compression",
    "central_stenosis": "spinal canal stenosis",
    "lateral_recess_stenosis": "lateral recess stenosis",
    "foraminal_stenosis": "foraminal stenosis",
    "facet_arthropathy": "facet arthropathy",
    "ligamentum_flavum_hypertrophy": "ligamentum flavum hypertrophy",
    "vertebral_fracture": "compression fracture",
    "tumour": "metastasis",
    "infection": "discitis",
    "tarlov_cyst": "Tarlov cyst",
    "modic_changes": "Modic changes",
    "schmorl_node": "Schmorl node",
    "loss_of_lordosis": "loss of lordosis",
    "transitional_vertebra": "transitional vertebra",
    "postoperative": "postoperative changes",
    "other_incidental": "simple renal cyst",
    "cord_compression": "cord compression",
}


def render(findings: Iterable[ReportFinding]) -> str:
    """One sentence a finding; reading it again gives the same types, levels, sides, severities and presence."""
    return "Lumbar spine.\n" + "".join(f"{_sentence(f)}\n" for f in findings)


def _sentence(f: ReportFinding) -> str:
    words = _WORDS.get(f.type, f.type.replace("_", " "))
    if f.type == "other_incidental" and f.level:
        words = "marrow signal change"
    side = f.side or ""
    parts = ["No" if not f.present else "Possible" if f.certainty == "uncertain" else "", f.severity or "", side, words]
    place = "" if f.level is None else f"at {f.level}" if is_pair(f.level) else f"of {f.level}"
    text = " ".join(p for p in (*parts, place) if p)
    return text[0].upper() + text[1:] + "."
