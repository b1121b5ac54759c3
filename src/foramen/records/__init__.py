"""Outside formats to and from a case. ``read_report`` reads an imaging report's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foramen.records.reports import read_report

__all__ = ["read_report"]


if not TYPE_CHECKING:  # a type checker would take every misspelt name for one that is loaded here

    def __getattr__(name: str) -> object:
        if name == "read_report":  # loaded only when asked for
            from foramen.records.reports import read_report

            return read_report
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
