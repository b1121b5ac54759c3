"""A form of a lesion may have levels of its own."""

import numpy as np
import pytest

from foramen.anatomy import LEVELS, ZONES
from foramen.inference.engine import Engine


def by_level(engine: Engine, zone: str) -> np.ndarray:
    """(5,) P(level | herniation of one lesion in this zone) at 45 in a practice."""
    s, p = engine.model.scenarios, engine.posteriors([{}], {"age": 45, "setting": "primary_care"})[0]
    chosen = (s.lead == s.causes.index("disc_herniation")) & (s.zone == ZONES.index(zone)) & (s.second < 0)
    found = np.array([p[chosen & (s.place == i)].sum() for i in range(len(LEVELS))])
    return found / found.sum()


def test_a_free_piece_behind_the_sac_lies_higher_than_other_herniations(engine):
    behind, usual = by_level(engine, "posterior"), by_level(engine, "subarticular")
    assert behind == pytest.approx([0.036, 0.189, 0.369, 0.333, 0.072], abs=0.03)  # pem_l34_review111
    assert usual[LEVELS.index("L5-S1")] > 0.5


def test_every_form_keeps_scenarios_at_every_level(engine):
    assert (by_level(engine, "posterior") > 0).all()
    assert (by_level(engine, "foraminal") > 0).all()
