"""Prior terms: small normalised distributions whose product is a scenario's probability in a context."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from foramen.anatomy import LEVELS, ROOT_STATES, SETTINGS, SEXES
from foramen.knowledge.numbers import Number
from foramen.knowledge.schema import Cause, Knowledge
from foramen.model.parameters import Floats, Parameters

TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Context:
    """What the priors depend on. ``band`` is an index into ``anatomy.AGE_BANDS``; sex None = unknown.

    ``part`` says how far, from 0 to 1, an age lies towards the middle of the neighbouring band ``toward``.
    """

    setting: str = "primary_care"
    band: int = 2
    sex: str | None = None
    toward: int = 2
    part: float = 0.0


Numbers = Callable[[Context], tuple[Number, ...]]


@dataclass(slots=True)
class Block:
    """One distribution. mode ``share``: normalise; ``remainder``: last entry is 1 - sum; ``fixed``: constant."""

    start: int
    size: int
    mode: str
    numbers: Numbers | None = None
    constant: float = 0.0
    factors: tuple[tuple[tuple[bool, ...], Mapping[str, Number]], ...] = ()


class PriorTable:
    """Registry of prior terms; entry 0 is the neutral term (log 1)."""

    def __init__(self, knowledge: Knowledge, parameters: Parameters) -> None:
        self.knowledge, self.parameters = knowledge, parameters
        self.blocks: list[Block] = []
        self._known: dict[tuple[str, ...], int] = {}
        self.size = 0
        self._add(("neutral",), "fixed", 1, None, 0.0)
        self._half = self._add(("half",), "fixed", 1, None, float(np.log(0.5)))
        causes = tuple(knowledge.causes.values())
        self._share = self._add(
            ("share",),
            "cause",
            len(causes),
            lambda c: tuple(cause.share[c.setting][c.band] for cause in causes),
        )
        self._order = {cause.id: i for i, cause in enumerate(causes)}
        for cause in causes:
            self._register(cause)

    def _register(self, cause: Cause) -> None:
        """Enter all terms of a cause in a fixed order, so that term numbers do not depend on how they are used."""
        self.form(cause, 0)
        if cause.level:
            for number in range(len(cause.forms)):
                self.level(cause, number, next(iter(cause.level)))
        for zone in cause.roots:
            self.pattern(cause, zone, 0)
        if cause.root_state:
            self.root_state(cause, 0)
        self.left(cause)
        if cause.two_level:
            self.two_level(cause, False)
        if cause.companions:
            self.companion(cause, cause.companions, None)

    def _add(self, key: tuple[str, ...], mode: str, size: int, numbers: Numbers | None, constant: float = 0.0) -> int:
        if key not in self._known:
            self._known[key] = self.size
            self.blocks.append(Block(self.size, size, mode, numbers, constant))
            self.size += size
        return self._known[key]

    def half(self) -> int:
        return self._half

    def share(self, cause: str) -> int:
        return self._share + self._order[cause]

    def form(self, cause: Cause, index: int) -> int:
        numbers = tuple(f.share for f in cause.forms)
        return self._add(("form", cause.id), "share", len(numbers), lambda c: numbers) + index

    def level(self, cause: Cause, form: int, place: str) -> int:
        """Term of a place; a form may have shares of its own."""
        own = cause.forms[form].level
        shares = own or cause.level
        names = list(cause.level)
        key = ("level", cause.id, str(form)) if own else ("level", cause.id)
        start = self._add(key, "share", len(names), lambda c: tuple(shares[n][c.band] for n in names))
        return start + names.index(place)

    def pattern(self, cause: Cause, zone: str, index: int) -> int:
        patterns = cause.roots[zone]
        numbers = tuple(p.share for p in patterns)
        start = self._add(("pattern", cause.id, zone), "share", len(numbers), lambda c: numbers)
        block = next(b for b in self.blocks if b.start == start)
        if not block.factors:
            rootless = tuple(not p.roots and p.cauda == "unaffected" for p in patterns)
            cauda = tuple(p.cauda != "unaffected" for p in patterns)
            # serious lesions come to an emergency department by themselves, not for the cauda equina they fill
            more = self.knowledge.cauda_by_setting if cause.serious == "none" else {}
            block.factors = ((rootless, cause.roots_none_by_setting), (cauda, more))
        return start + index

    def root_state(self, cause: Cause, index: int) -> int:
        return (
            self._add(
                ("state", cause.id),
                "share",
                3,
                lambda c: tuple(cause.root_state[c.setting][s] for s in ROOT_STATES[1:]),
            )
            + index
        )

    def left(self, cause: Cause) -> int:
        number = cause.left
        if number is None:
            return self._half
        return self._add(("left", cause.id), "remainder", 2, lambda c: (number,))

    def right(self, cause: Cause) -> int:
        return self._half if cause.left is None else self.left(cause) + 1

    def two_level(self, cause: Cause, present: bool) -> int:
        number = cause.two_level
        assert number is not None
        return self._add(("two", cause.id), "remainder", 2, lambda c: (number,)) + (0 if present else 1)

    def companion(self, cause: Cause, names: tuple[str, ...], name: str | None) -> int:
        """Term of a companion (its community point prevalence), or of none of them."""

        def numbers(context: Context) -> tuple[Number, ...]:
            found = (self.knowledge.causes[n].community_prevalence for n in names)
            return tuple(by_age[context.band] for by_age in found if by_age)

        start = self._add(("companion", cause.id, *names), "remainder", len(names) + 1, numbers)
        return start + (len(names) if name is None else names.index(name))

    def _between_bands(self, theta: Floats, numbers: Numbers, context: Context) -> Floats:
        """(draws, numbers) values at the context's age: from band middle to band middle they change by a constant
        factor a year, so that no birthday makes a disease many times as likely."""
        found = numbers(context)
        values = self.parameters.matrix(theta, found)
        if context.part:
            there = numbers(replace(context, band=context.toward))
            if any(a is not b for a, b in zip(found, there, strict=True)):
                values = values ** (1 - context.part) * self.parameters.matrix(theta, there) ** context.part
        return values

    def values(self, theta: Floats, context: Context) -> Floats:
        """(draws, terms) log values of every prior term in a context."""
        out = np.zeros((len(theta), self.size))
        for block in self.blocks:
            span = slice(block.start, block.start + block.size)
            if block.numbers is None:
                out[:, span] = block.constant
                continue
            values = self._between_bands(theta, block.numbers, context)
            if block.mode == "remainder":
                rest = np.maximum(1.0 - values.sum(axis=1, keepdims=True), TINY)
                values = np.concatenate([values, rest], axis=1)
            elif block.mode == "cause" and context.sex in SEXES:
                female = self.parameters.matrix(theta, [c.female for c in self.knowledge.causes.values()])
                values = values * (female if context.sex == "female" else 1.0 - female)
            for where, by_setting in block.factors:
                # how often a lesion hurts locally only, or fills the canal, differs by setting; the rest is rescaled
                if by_setting and any(where):
                    factor = self.parameters.matrix(theta, [by_setting[context.setting]])
                    values = values * np.where(np.array(where), factor, 1.0)
            total = values.sum(axis=1, keepdims=True)
            out[:, span] = np.log(np.maximum(values / np.maximum(total, TINY), TINY))
        return out


__all__ = ["LEVELS", "SETTINGS", "Context", "PriorTable"]
