"""What all tests share: the examples that Hypothesis draws, and an engine."""

import os

import pytest
from hypothesis import settings

from foramen.assessment.assess import default_engine
from foramen.inference.engine import Engine

# the same examples in every run, so that a failure can be repeated; `make explore` draws new ones
settings.register_profile("same", derandomize=True)
settings.register_profile("new", derandomize=False)
settings.load_profile("new" if os.environ.get("FORAMEN_EXPLORE") else "same")


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine that assesses where none is given."""
    return default_engine()
