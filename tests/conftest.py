"""Every run draws the same examples, so that a failure can be repeated; ``make explore`` draws new ones."""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.register_profile("new", derandomize=False)
settings.load_profile("new" if os.environ.get("FORAMEN_EXPLORE") else "same")
