"""Foramen: an open, evidence-cited model of pinched nerves in the lower back.

>>> import foramen
>>> assessment = foramen.assess(foramen.read_case("case.yaml"))  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foramen.case import Case, Observation, Study
from foramen.errors import CaseError, ContradictionError, ForamenError, KnowledgeError, MissingExtraError

if TYPE_CHECKING:
    from foramen.assessment.assess import assess
    from foramen.assessment.result import Assessment
    from foramen.inference.engine import Engine
    from foramen.knowledge.loader import load_knowledge
    from foramen.records.case_file import read_case

__version__ = "0.1.0"

# Loaded on first use, so that `import foramen` stays fast.
_LAZY = {
    "Assessment": "foramen.assessment.result",
    "Engine": "foramen.inference.engine",
    "assess": "foramen.assessment.assess",
    "load_knowledge": "foramen.knowledge.loader",
    "read_case": "foramen.records.case_file",
}

__all__ = [
    "Assessment",
    "Case",
    "CaseError",
    "ContradictionError",
    "Engine",
    "ForamenError",
    "KnowledgeError",
    "MissingExtraError",
    "Observation",
    "Study",
    "__version__",
    "assess",
    "load_knowledge",
    "read_case",
]


if not TYPE_CHECKING:  # a type checker would take every misspelt name for one that is loaded here

    def __getattr__(name: str) -> object:
        if name in _LAZY:
            from importlib import import_module

            value = getattr(import_module(_LAZY[name]), name)
            globals()[name] = value
            return value
        raise AttributeError(f"module 'foramen' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
