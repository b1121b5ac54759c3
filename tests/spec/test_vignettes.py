"""Readable vignettes: what the answer to a textbook case must show. docs/vignettes.md is generated from them."""

from pathlib import Path

import pytest
import yaml

import foramen
from foramen.records.case_file import case_from_mapping

HERE = Path(__file__).parent
VIGNETTES = yaml.safe_load((HERE / "vignettes.yaml").read_text(encoding="utf-8"))
PAGE = HERE.parent.parent / "docs" / "vignettes.md"


def within(value: float, expectation: dict) -> bool:
    return expectation.get("at_least", 0.0) <= value <= expectation.get("at_most", 1.0)


def found(assessment: foramen.Assessment, e: dict) -> tuple[float, int | None]:
    """The probability (and rank) that an expectation speaks of."""
    if "cause" in e:
        rank = [c.cause for c in assessment.causes].index(e["cause"])
        return assessment.causes[rank].estimate.probability, rank + 1
    if "place" in e:
        return next(
            p.estimate.probability
            for p in assessment.places
            if (p.cause, p.level, p.side) == (e["place"], e["level"], e["side"])
        ), None
    if "root" in e:
        return next(
            r.estimate.probability for r in assessment.roots if (r.root, r.side) == (e["root"], e["side"])
        ), None
    if "culprit" in e:
        return next(
            c.estimate.probability
            for c in assessment.culprits
            if c.finding == e["culprit"] and e.get("level", c.level) == c.level
        ), None
    if "companion" in e:
        return next(c.estimate.probability for c in assessment.companions if c.cause == e["companion"]), None
    if "cauda_equina" in e:
        return assessment.cauda_equina.probability, None
    assert "no_root" in e, e
    return assessment.no_root_affected.probability, None


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda v: v["title"])
def test_vignette(vignette):
    assessment = foramen.assess(case_from_mapping(vignette["case"]), draws=20)
    for e in vignette["expect"]:
        if "urgency" in e:
            assert assessment.urgency.level == e["urgency"]
            continue
        value, rank = found(assessment, e)
        assert within(value, e), f"{e}: {value:.3f}"
        assert rank is None or rank <= e.get("rank", rank), f"{e}: rank {rank}"


def page() -> str:
    """The vignettes as a page."""
    lines = ["# Vignettes", "", "Generated from `tests/spec/vignettes.yaml`; every line here is a passing test.", ""]
    for v in VIGNETTES:
        lines += [f"## {v['title']}", "", v["why"], "", "```yaml"]
        lines += [yaml.safe_dump(v["case"], sort_keys=False, default_flow_style=None, width=100).rstrip(), "```", ""]
        for e in v["expect"]:
            lines.append("- " + ", ".join(f"{k.replace('_', ' ')} {x}" for k, x in e.items()))
        lines.append("")
    return "\n".join(lines)


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tests/spec/write_page.py"
