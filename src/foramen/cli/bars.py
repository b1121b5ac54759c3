"""Bars whose meaning is in their shape; colour only repeats it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foramen.assessment.result import Estimate

if TYPE_CHECKING:
    from rich.text import Text

LEGEND = "█ to the low end of the 90% interval, ▓ to the estimate, ░ to the high end"
FULL_WEIGHT = 2.0  # log10 odds that fill half a diverging bar


def interval_bar(e: Estimate, width: int, style: str = "cyan") -> Text:
    """A bar of 0..1: solid up to the interval's low end, shaded to the estimate, light to its high end."""
    from rich.text import Text

    low, mid, high = (round(x * width) for x in (e.low, e.probability, e.high))
    mid = max(mid, low, 1 if e.probability >= 0.005 else 0)
    high = max(high, mid)
    bar = Text(style=style)
    bar.append("█" * low)
    bar.append("▓" * (mid - low))
    bar.append("░" * (high - mid))
    bar.append("·" * (width - high), style="dim")
    return bar


def weight_bar(log10_odds: float, half: int) -> Text:
    """A bar from the middle: to the right for, to the left against."""
    from rich.text import Text

    cells = min(half, max(1, round(abs(log10_odds) / FULL_WEIGHT * half)))
    bar = Text()
    if log10_odds >= 0:
        bar.append(" " * half)
        bar.append("│", style="dim")
        bar.append("█" * cells, style="green")
        bar.append(" " * (half - cells))
    else:
        bar.append(" " * (half - cells))
        bar.append("▒" * cells, style="magenta")
        bar.append("│", style="dim")
        bar.append(" " * half)
    return bar
