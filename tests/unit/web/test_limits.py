"""What a condition is judged by is shown in its own unit, with its reason."""

import pytest

from foramen.knowledge import load_knowledge
from foramen.web.browse.plan import conditions_page


@pytest.mark.parametrize(
    ("condition", "value"),
    [("alcohol_excess", "21"), ("kidney_medicines_risky", "75"), ("stress_fracture_unseen", "25")],
)
def test_a_limit_is_no_percentage(condition: str, value: str) -> None:
    knowledge = load_knowledge()
    limit = next(limit for fact, _, limit, _ in conditions_page(knowledge)["rows"] if fact.id == condition)
    assert limit.value == value
    assert knowledge.plan.facts[condition].limit.reason
