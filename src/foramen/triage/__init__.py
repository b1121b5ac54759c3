"""Urgency: explicit red-flag rules as a floor, the model's posteriors above it."""

from foramen.triage.urgency import urgency

__all__ = ["urgency"]
