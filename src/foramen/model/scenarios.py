"""Generate the scenarios: every complete account of the complaint that the knowledge allows.

A scenario is a lead lesion (cause, place, zone, side, affected roots with their state, cauda equina) and at
most one companion. Each carries indices of the prior terms whose product is its probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from foramen.anatomy import CAUDA_STATES, LESION_SIDES, LEVELS, ROOTS, SIDES, ZONES, roots_of_token
from foramen.knowledge.schema import Cause, Form, Knowledge, RootPattern
from foramen.model.priors import PriorTable

Ints = NDArray[np.int32]
SACRUM = 5  # place index of sacral lesions; 0..4 are levels or vertebrae, -1 no spinal place
LEFT, RIGHT, BILATERAL, CENTRAL = range(4)


@dataclass(slots=True)
class Row:
    """One scenario while it is being built."""

    lead: int
    form: Form
    side: int
    place: int
    roots: tuple[tuple[int, ...], tuple[int, ...]]
    cauda: int
    terms: list[int]
    second: int = -1
    companion: int = -1
    companion_side: int = -1
    own: int = LEFT


COLUMNS = ("lead", "companion", "companion_side", "place", "second", "side", "zone", "roots", "cauda", "terms")


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Columns over scenarios. ``roots``: (scenarios, side, root) with codes of ``anatomy.ROOT_STATES``."""

    causes: tuple[str, ...]
    lead: Ints
    companion: Ints
    companion_side: Ints
    place: Ints
    second: Ints
    side: Ints
    zone: Ints
    roots: Ints
    cauda: Ints
    terms: Ints

    def __len__(self) -> int:
        return len(self.lead)

    @property
    def labels(self) -> list[str]:
        """A readable name of every scenario."""
        return [_label(self, i) for i in range(len(self))]

    def keep(self, index: NDArray[np.intp]) -> Scenarios:
        """The scenarios at ``index``, in that order."""
        return Scenarios(self.causes, **{name: getattr(self, name)[index] for name in COLUMNS})


def generate(knowledge: Knowledge, priors: PriorTable, *, all_pairs: bool = False) -> Scenarios:
    """All scenarios. ``all_pairs`` pairs every structural lead with every cause of known community prevalence."""
    causes = tuple(knowledge.causes)
    rows: list[Row] = []
    partners = [c for c, cause in knowledge.causes.items() if cause.community_prevalence]
    for index, name in enumerate(causes):
        cause = knowledge.causes[name]
        single = list(_singles(index, cause, priors))
        chosen = tuple(p for p in partners if p != name) if all_pairs else cause.companions
        rows += _with_companions(single, cause, chosen, knowledge, causes, priors)
    return _columns(causes, rows)


def _singles(index: int, cause: Cause, priors: PriorTable) -> list[Row]:
    rows: list[Row] = []
    share = priors.share(cause.id)
    places = list(cause.level) if cause.level else [""]
    for number, form in enumerate(cause.forms):
        patterns = cause.roots.get(form.zone) or cause.roots.get("any") or ()
        for place, (k, pattern) in product(places, enumerate(patterns or [None])):
            base = [share, priors.form(cause, number)]
            if place:
                base.append(priors.level(cause, number, place))
            if pattern is not None:
                zone = form.zone if form.zone in cause.roots else "any"
                base.append(priors.pattern(cause, zone, k))
            rows += _sided(index, cause, form, place, pattern, base, priors)
    return rows


def _sided(
    index: int,
    cause: Cause,
    form: Form,
    place: str,
    pattern: RootPattern | None,
    base: list[int],
    priors: PriorTable,
) -> list[Row]:
    tokens = pattern.roots if pattern else ()
    cauda = CAUDA_STATES.index(pattern.cauda) if pattern else 0
    if cause.place == "root_side":
        tokens, at = (place,), -1
    else:
        at = _place_index(place)
    rows: list[Row] = []
    opposite = any(t.startswith("opposite_") for t in tokens)
    if form.side == "unilateral":
        options = [(LEFT, LEFT, priors.left(cause)), (RIGHT, RIGHT, priors.right(cause))]
    elif form.side == "bilateral" or opposite or not tokens:
        options = [(LESION_SIDES.index(form.side), LEFT, -1)]
    else:  # a central lesion that reaches the roots of one side
        options = [(CENTRAL, LEFT, priors.left(cause)), (CENTRAL, RIGHT, priors.right(cause))]
    for side, own, side_term in options:
        left, right = _touched(tokens, at, own, both=form.side == "bilateral")
        terms = base + ([side_term] if side_term >= 0 else [])
        if not left | right:
            rows.append(Row(index, form, side, at, ((0,) * 6, (0,) * 6), cauda, terms, own=own))
            continue
        # a compressed cauda equina that takes roots of the legs along takes their conduction
        for state in (2, 3) if cauda else (1, 2, 3):
            patterns = tuple(tuple(state if r in touched else 0 for r in range(6)) for touched in (left, right))
            extra = [priors.root_state(cause, state - 1)]
            rows.append(Row(index, form, side, at, (patterns[0], patterns[1]), cauda, terms + extra, own=own))
    if cause.two_level and at >= 0 and not cauda:
        second = at + 1 if at < len(LEVELS) - 1 else at - 1
        twins = [_at_two_levels(row, second, tokens, form, priors.two_level(cause, True)) for row in rows]
        for row in rows:
            row.terms.append(priors.two_level(cause, False))
        rows += twins
    return rows


def _place_index(place: str) -> int:
    if place == "sacrum":
        return SACRUM
    if place in LEVELS:
        return LEVELS.index(place)
    return ROOTS.index(place) if place in ROOTS[:5] else -1


def _touched(tokens: tuple[str, ...], place: int, own: int, *, both: bool) -> tuple[set[int], set[int]]:
    """Indices of affected roots left and right."""
    touched: tuple[set[int], set[int]] = (set(), set())
    for token in tokens:
        far = token.startswith("opposite_")
        roots = roots_of_token(token.removeprefix("opposite_"), place)
        touched[1 - own if far else own].update(roots)
        if both:
            touched[0].update(roots)
            touched[1].update(roots)
    return touched


def _at_two_levels(row: Row, second: int, tokens: tuple[str, ...], form: Form, term: int) -> Row:
    state = max(max(row.roots[0]), max(row.roots[1]))
    more = _touched(tokens, second, row.own, both=form.side == "bilateral")
    merged = tuple(
        tuple(max(code, state if r in more[s] else 0) for r, code in enumerate(row.roots[s])) for s in (0, 1)
    )
    return Row(row.lead, form, row.side, row.place, (merged[0], merged[1]), row.cauda, [*row.terms, term], second)


def _with_companions(
    rows: list[Row],
    cause: Cause,
    chosen: tuple[str, ...],
    knowledge: Knowledge,
    causes: tuple[str, ...],
    priors: PriorTable,
) -> list[Row]:
    if not chosen:
        return rows
    out: list[Row] = []
    for row in rows:
        paired = row.second < 0 and not row.cauda
        if paired:
            for name in chosen:
                sides = (LEFT, RIGHT) if knowledge.causes[name].place == "side" else (-1,)
                for side in sides:
                    terms = [*row.terms, priors.companion(cause, chosen, name)]
                    terms += [priors.half()] if len(sides) == 2 else []
                    out.append(
                        Row(row.lead, row.form, row.side, row.place, row.roots, 0, terms, -1, causes.index(name), side)
                    )
            row.terms.append(priors.companion(cause, chosen, None))
        out.append(row)
    return out


def _columns(causes: tuple[str, ...], rows: list[Row]) -> Scenarios:
    rows.sort(key=lambda r: (r.companion >= 0, r.lead))
    width = max(len(r.terms) for r in rows)
    terms = np.zeros((len(rows), width), dtype=np.int32)
    for i, row in enumerate(rows):
        terms[i, : len(row.terms)] = row.terms

    def column(values: list[int]) -> Ints:
        return np.array(values, dtype=np.int32)

    return Scenarios(
        causes=causes,
        lead=column([r.lead for r in rows]),
        companion=column([r.companion for r in rows]),
        companion_side=column([r.companion_side for r in rows]),
        place=column([r.place for r in rows]),
        second=column([r.second for r in rows]),
        side=column([r.side for r in rows]),
        zone=column([ZONES.index(r.form.zone) for r in rows]),
        roots=np.array([r.roots for r in rows], dtype=np.int32),
        cauda=column([r.cauda for r in rows]),
        terms=terms,
    )


def _label(s: Scenarios, i: int) -> str:
    parts = [s.causes[s.lead[i]]]
    if s.place[i] >= 0:
        parts.append("sacrum" if s.place[i] == SACRUM else LEVELS[s.place[i]])
    if s.second[i] >= 0:
        parts.append("+" + LEVELS[s.second[i]])
    parts.append(LESION_SIDES[s.side[i]])
    if s.zone[i]:
        parts.append(ZONES[s.zone[i]])
    for side, name in enumerate(SIDES):
        hit = [ROOTS[r] + "uicb"[code] for r, code in enumerate(s.roots[i, side]) if code]
        if hit:
            parts.append(f"{name[0]}:" + ",".join(hit))
    if s.cauda[i]:
        parts.append("cauda_" + CAUDA_STATES[s.cauda[i]])
    if s.companion[i] >= 0:
        where = "" if s.companion_side[i] < 0 else f"({SIDES[s.companion_side[i]]})"
        parts.append("with_" + s.causes[s.companion[i]] + where)
    return " ".join(parts)
