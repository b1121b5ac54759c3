"""One question at a time: what an answer may be, and what it says as observations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from foramen.anatomy import LEVELS, SIDES, VERTEBRAE
from foramen.assessment.interview import ZERO_WORDS, sided
from foramen.case import Observation
from foramen.knowledge.schema import Composite, Finding
from foramen.records.evidence import UNSTATED

YES = {"y": "yes", "yes": "yes", "n": "no", "no": "no"}
SIDED = {"l": "left", "left": "left", "r": "right", "right": "right", "b": "both", "both": "both"}
UNKNOWN = {"?": "?", "": "?"}
QUIT = {"q", "quit"}


class Finish(Exception):  # noqa: N818 - not an error: the person asked has had enough
    """The interview ends here; what was answered counts."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """How a question reaches the person: ``say`` prints a line, ``read`` shows a hint and takes an answer."""

    say: Callable[[str], None]
    read: Callable[[str], str]

    def pick(self, hint: str, accepted: dict[str, str]) -> str:
        """One of the accepted answers, asked for until it is one. Raises ``Finish`` for q or end of input."""
        while True:
            try:
                typed = self.read(hint).strip().lower()
            except EOFError:
                raise Finish from None
            if typed in QUIT:
                raise Finish
            if typed in accepted:
                return accepted[typed]
            self.say(f"  not understood; please answer {hint}, or q to finish")

    def choose(self, words: Sequence[str]) -> int | None:
        """Index of a numbered choice; None for not known."""
        for i, text in enumerate(words, start=1):
            self.say(f"  {i}  {text.replace('_', ' ')}")
        numbers = {str(i): str(i) for i in range(1, len(words) + 1)}
        got = self.pick(f"1-{len(words)}/?", {**numbers, **UNKNOWN})
        return None if got == "?" else int(got) - 1

    def several(self, words: Sequence[str]) -> list[int]:
        """Indices of any number of choices, typed as numbers with spaces between."""
        for i, text in enumerate(words, start=1):
            self.say(f"  {i}  {text}")
        while True:
            try:
                typed = self.read("numbers, such as 1 3").strip().lower()
            except EOFError:
                raise Finish from None
            if typed in QUIT:
                raise Finish
            parts = typed.replace(",", " ").split()
            if all(p.isdecimal() and 1 <= int(p) <= len(words) for p in parts):
                return [int(p) - 1 for p in dict.fromkeys(parts)]
            self.say(f"  not understood; please type numbers from 1 to {len(words)}, or q to finish")

    def names(self) -> tuple[str, ...] | None:
        """Names typed with commas between; empty for none, None for not known."""
        try:
            typed = self.read("names with commas, none, or ?").strip()
        except EOFError:
            raise Finish from None
        if typed.lower() in QUIT:
            raise Finish
        if typed.lower() in UNKNOWN:
            return None
        none = typed.lower() in ("none", *(word for word, said in YES.items() if said == "no"))
        return () if none else tuple(name.strip()[:100] for name in typed.split(",") if name.strip())


def ask_finding(terminal: Terminal, finding: Finding | Composite) -> list[Observation]:
    """Ask about one finding; empty where the answer is not known. "left" means left only.

    Raises ``Finish``.
    """
    states = finding.states if isinstance(finding, Finding) else ("absent", "present")
    if states[0] not in ZERO_WORDS:
        index = terminal.choose(states)
        return [] if index is None else [Observation(finding.id, states[index])]
    if finding.site == "side":
        return _sided(terminal, finding.id, states)
    answer = terminal.pick("y/n/?", {**YES, **UNKNOWN})
    if answer == "?":
        return []
    places = _places(terminal, finding.site, answer)
    if places is None:
        return []
    state = states[0] if answer == "no" else _grade(terminal, states)
    return [Observation(finding.id, state, level=places.get("level"), vertebra=places.get("vertebra"))]


def _sided(terminal: Terminal, name: str, states: Sequence[str]) -> list[Observation]:
    answer = terminal.pick("left/right/both/n/?", {**SIDED, **YES, **UNKNOWN})
    if answer == "?":
        return []
    grades = {}
    if answer == "both":
        grades = {side: _grade(terminal, states, side) for side in SIDES}
    elif answer != "no":
        grades = {"" if answer == "yes" else answer: _grade(terminal, states)}
    return sided(name, states, answer, grades)


def _grade(terminal: Terminal, states: Sequence[str], side: str = "") -> str:
    """Which abnormal state; ``abnormal`` where it is not known."""
    if len(states) == 2:
        return states[1]
    terminal.say(f"  which{', on the ' + side if side else ''}?")
    index = terminal.choose(states[1:])
    return "abnormal" if index is None else states[1 + index]


def _places(terminal: Terminal, site: str, answer: str) -> dict[str, str] | None:
    """Level or vertebra of a finding that has one; None where such a place is too much to ask."""
    names = {"level": LEVELS, "vertebra": VERTEBRAE}.get(site)
    if site == "none":
        return {}
    if names is None:
        return None
    if answer == "no":
        return {site: UNSTATED}
    index = terminal.choose(names)
    return {site: UNSTATED if index is None else names[index]}
