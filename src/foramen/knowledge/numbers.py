"""Numbers with provenance: where each comes from and how far it could be off.

Spread of a number (used for the 90 % intervals), on the logit scale (log scale for weights):

- a 95 % confidence interval gives its width; counts or n give the binomial standard error;
- every published figure adds a between-study spread, so that draws span what a *new* setting could
  show rather than the error of the mean; recalled and carried figures add more;
- an assumption's ``range`` is read as its 90 % range.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from foramen.errors import KnowledgeError

BETWEEN_STUDY_SD = 0.25  # logit units; assumption: typical heterogeneity of diagnostic proportions
RECALLED_SD = 0.25  # added when the figure was not read in its source
CARRIED_SD = 0.30  # added when a figure is carried from another population
UNKNOWN_SD = 0.50  # a figure without interval, counts or n
Z90, Z95 = 1.645, 1.960


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a source: a value read (or recalled) in it."""

    id: str
    source: str
    quantity: str
    value: float | None
    ci: tuple[float, float] | None
    n: int | None
    counts: str
    read: bool
    text: str

    def interval(self) -> tuple[float, float] | None:
        """95 % interval: the published one, else Wilson's from counts or n, else None."""
        if self.ci:
            return self.ci
        if self.value is None or not 0 <= self.value <= 1:
            return None
        n = self.n
        if match := re.fullmatch(r"(\d+)/(\d+)", self.counts.strip()):
            n = int(match[2])
        return wilson(self.value, n) if n else None


@dataclass(frozen=True, slots=True)
class Number:
    """A number (or one number per abnormal state) of the knowledge, with its provenance.

    ``provenance`` is read, recalled, derived or assumption. ``sd`` is on the logit (or log) scale.
    """

    p: tuple[float, ...]
    provenance: str
    sd: float
    figures: tuple[str, ...] = ()
    reason: str = ""
    range: tuple[float, float] | None = None
    where: str = ""
    weight: bool = False

    @property
    def total(self) -> float:
        return sum(self.p)


def wilson(p: float, n: int, z: float = Z95) -> tuple[float, float]:
    """Wilson score interval of a proportion (Wilson 1927, J Am Stat Assoc 22:209)."""
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def logit(p: float) -> float:
    p = min(max(p, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))


_OPERATORS: dict[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


def evaluate(formula: str, values: Mapping[str, float]) -> float:
    """Value of an arithmetic formula over figure ids (+ - * / and brackets only)."""

    def walk(node: ast.AST) -> float:
        if isinstance(node, ast.Expression):
            return walk(node.body)
        if isinstance(node, ast.BinOp):
            return _OPERATORS[type(node.op)](walk(node.left), walk(node.right))
        if isinstance(node, ast.UnaryOp):
            return _OPERATORS[type(node.op)](walk(node.operand))
        if isinstance(node, ast.Name):
            return values[node.id]
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return float(node.value)
        raise KeyError(ast.dump(node))

    try:
        return walk(ast.parse(formula, mode="eval"))
    except (KeyError, SyntaxError, ZeroDivisionError) as error:
        raise KnowledgeError(f"formula {formula!r} cannot be computed: {error}") from None


def parse_number(
    raw: Any, where: str, figures: Mapping[str, Figure], *, weight: bool = False, checked: bool = False
) -> Number:
    """A ``Number`` from its YAML mapping. Raises ``KnowledgeError`` naming file and key.

    ``checked``: this very mapping was read before, so it is not checked and its formula not computed again.
    """
    if checked and "assumption" in raw:
        stated = raw["p"]
        p = tuple(map(float, stated)) if isinstance(stated, list) else (float(stated),)
        low, high = raw["range"]
        return _assumed(raw, p, (float(low), float(high)), where, weight)
    if not isinstance(raw, Mapping) or "p" not in raw:
        raise KnowledgeError(f"{where}: expected a mapping with p and its provenance, got {raw!r}")
    try:
        p = tuple(float(x) for x in (raw["p"] if isinstance(raw["p"], list) else [raw["p"]]))
    except (TypeError, ValueError):
        raise KnowledgeError(f"{where}: p must be a number or a list of numbers") from None
    if any(x < 0 for x in p) or (not weight and sum(p) > 1 + 1e-9):
        raise KnowledgeError(f"{where}: probabilities must be 0..1 and sum to at most 1, got {list(p)}")
    kinds = [k for k in ("figure", "derived", "assumption") if k in raw]
    if len(kinds) != 1:
        raise KnowledgeError(f"{where}: exactly one of figure, derived, assumption is needed, got {kinds}")
    match kinds[0]:
        case "figure":
            return _from_figure(raw, p, where, figures, weight)
        case "derived":
            return _from_formula(raw, p, where, figures, weight, checked)
    return _assumed(raw, p, _range(raw, p, where), where, weight)


def _assumed(
    raw: Mapping[str, Any], p: tuple[float, ...], span: tuple[float, float], where: str, weight: bool
) -> Number:
    """An estimate, with the spread that its 90 % range gives it."""
    scale = (lambda x: math.log(max(x, 1e-9))) if weight else logit
    sd = (scale(span[1]) - scale(span[0])) / (2 * Z90)
    return Number(p, "assumption", sd, (), str(raw["assumption"]), span, where, weight)


def _range(raw: Mapping[str, Any], p: tuple[float, ...], where: str) -> tuple[float, float]:
    given: Any = raw.get("range")
    numeric = isinstance(given, list) and len(given) == 2 and all(isinstance(x, int | float) for x in given)
    if not numeric or not 0 <= given[0] <= given[1]:
        raise KnowledgeError(f"{where}: an assumption needs range: [low, high]")
    if not given[0] - 1e-9 <= sum(p) <= given[1] + 1e-9:
        raise KnowledgeError(f"{where}: {sum(p):g} lies outside its own range {given}")
    return float(given[0]), float(given[1])


def _figure(key: str, where: str, figures: Mapping[str, Figure]) -> Figure:
    if key not in figures:
        from foramen.errors import nearest_match

        near = nearest_match(key, figures)
        hint = f"; did you mean {near!r}?" if near else ""
        raise KnowledgeError(f"{where}: no figure {key!r} in knowledge/sources{hint}")
    return figures[key]


def _from_figure(
    raw: Mapping[str, Any], p: tuple[float, ...], where: str, figures: Mapping[str, Figure], weight: bool
) -> Number:
    figure = _figure(str(raw["figure"]), where, figures)
    if figure.value is None:
        raise KnowledgeError(f"{where}: figure {figure.id} states no single value; use an assumption naming it")
    value = 1 - figure.value if raw.get("complement") else figure.value
    scale = 1000.0 if weight and raw.get("per_mille") else 1.0
    if abs(sum(p) - value * scale) > 0.0005 * scale + 1e-9:
        raise KnowledgeError(f"{where}: {sum(p):g} differs from figure {figure.id} ({value * scale:g})")
    variance = _figure_sd(figure) ** 2 + BETWEEN_STUDY_SD**2
    variance += (0.0 if figure.read else RECALLED_SD**2) + (CARRIED_SD**2 if "carried" in raw else 0.0)
    kind = "read" if figure.read else "recalled"
    note = str(raw.get("carried", raw.get("why", "")))
    return Number(p, kind, math.sqrt(variance), (figure.id,), note, None, where, weight)


def _figure_sd(figure: Figure) -> float:
    interval = figure.interval()
    if not interval or interval[1] <= interval[0]:
        return UNKNOWN_SD
    return (logit(min(interval[1], 1.0)) - logit(interval[0])) / (2 * Z95)


def _from_formula(
    raw: Mapping[str, Any],
    p: tuple[float, ...],
    where: str,
    figures: Mapping[str, Figure],
    weight: bool,
    checked: bool,
) -> Number:
    formula = str(raw["derived"])
    named = raw.get("figures") or sorted(set(re.findall(r"[A-Za-z_]\w*", formula)))
    used = [_figure(str(key), where, figures) for key in named]
    if not used:
        raise KnowledgeError(f"{where}: a derived number names the figures it is derived from")
    if not checked:
        result = evaluate(formula, {f.id: f.value for f in used if f.value is not None})
        if abs(result - sum(p)) > 0.005:
            raise KnowledgeError(f"{where}: {sum(p):g} differs from its formula {formula!r} = {result:.4f}")
    variance = max(_figure_sd(f) for f in used) ** 2 + BETWEEN_STUDY_SD**2 + CARRIED_SD**2
    if not all(f.read for f in used):
        variance += RECALLED_SD**2
    reason = f"{formula}. {raw.get('why', '')}".strip()
    return Number(p, "derived", math.sqrt(variance), tuple(f.id for f in used), reason, None, where, weight)
