"""Draws of the knowledge's numbers: reproducible, centred, and whole numbers divided among their states."""

import numpy as np

from foramen.knowledge import load_knowledge
from foramen.model.parameters import Parameters


def test_draws_are_reproducible_and_stay_probabilities():
    parameters = Parameters(load_knowledge())
    a, b = parameters.draw(40, 3), parameters.draw(40, 3)
    assert np.array_equal(a, b)
    assert not np.array_equal(a, parameters.draw(40, 4))
    assert a.shape == (40, parameters.base.shape[1])
    for number in parameters.numbers:
        total = parameters.values(a, number).sum(axis=1)
        assert (total >= 0).all()
        if not number.weight:
            assert (total <= 1 + 1e-9).all(), number.where


def test_draws_are_spread_around_the_published_value():
    parameters = Parameters(load_knowledge())
    drawn = parameters.draw(4000, 5)
    for number in parameters.numbers[:: len(parameters.numbers) // 60]:
        total = parameters.values(drawn, number).sum(axis=1)
        if number.total > 0:
            assert abs(np.median(total) / number.total - 1) < 0.12, number.where
        if number.range and number.range[0] > 0 and number.sd > 0:
            inside = np.mean((total > 0.5 * number.range[0]) & (total < 2 * number.range[1]))
            assert inside > 0.65, number.where  # six shares of the commonest place or state are drawn widest: 0.70
