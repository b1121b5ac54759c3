"""What four guidelines say for a stage and cause stands in the plan, beside what others say."""

import sys
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "safety"))

from plan_cases import KNOWLEDGE, clear  # noqa: E402

from foramen.plan.make import make_plan  # noqa: E402

VIGNETTES = yaml.safe_load((HERE / "guidelines.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("v", VIGNETTES, ids=lambda v: v["id"])
def test_the_plan_shows_what_the_guideline_says(v):
    no_root = 0.9 if v["cause"] in ("nonspecific_low_back_pain", "disc_degeneration", "facet_pain") else 0.1
    plan = make_plan(clear(v["stage"], v["cause"], no_root=no_root))
    option = next(o for o in plan.options if o.treatment == v["treatment"])
    said = [s for s in option.stances if s.guideline == v["guideline"] and s.applies]
    assert v["stance"] in [s.stance for s in said], [
        (s.guideline, s.about, s.stance, s.applies) for s in option.stances
    ]
    source = KNOWLEDGE.figures[v["figure"]].source
    assert any(s.source == source for s in said)


def test_all_four_guidelines_are_covered():
    assert {"ng59", "acp2017", "danish2018", "who2023"} <= {v["guideline"] for v in VIGNETTES}
    assert len(VIGNETTES) >= 24
