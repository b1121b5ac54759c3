"""What is known, as data files, and how they are read."""

from foramen.knowledge.loader import load_knowledge
from foramen.knowledge.schema import Knowledge

__all__ = ["Knowledge", "load_knowledge"]
