"""Reflexes lost on both sides from age alone: as often as the knowledge says, and alike on both sides."""

import numpy as np
import pytest

from foramen.anatomy import AGE_BANDS
from foramen.inference.engine import Engine


@pytest.mark.parametrize("finding", ["reflex_ankle", "reflex_knee", "reflex_medial_hamstring"])
@pytest.mark.parametrize("band", ["35-49", "65-79"])
def test_every_abnormal_state_is_shared_as_often_as_stated(engine: Engine, finding: str, band: str) -> None:
    spec = engine.model.knowledge.findings[finding]
    assert spec.shared_leak is not None
    stated = spec.shared_leak[AGE_BANDS.index(band)]
    rows = [engine.read({f"{finding}@left": s, f"{finding}@right": s}) for s in spec.states[1:]]
    implied = engine.likelihood(rows, AGE_BANDS.index(band))
    unaffected = (engine.model.scenarios.roots == 0).all(axis=(1, 2))
    for share, log_p in zip(stated.p, implied, strict=True):
        # most scenarios add nothing of their own; 95 % turn abnormal on either side, the background does little
        assert np.exp(np.median(log_p[unaffected])) == pytest.approx(share * 0.95**2, abs=0.02)


def test_both_ankle_jerks_are_lost_together_in_the_old(engine: Engine) -> None:
    states = [("absent", "absent"), ("absent", "normal")]
    rows = [engine.read({"reflex_ankle@left": a, "reflex_ankle@right": b}) for a, b in states]
    quiet = (engine.model.scenarios.roots == 0).all(axis=(1, 2))
    both, one = engine.likelihood(rows, AGE_BANDS.index("65-79"))[:, quiet]
    assert (both > one).mean() > 0.9
