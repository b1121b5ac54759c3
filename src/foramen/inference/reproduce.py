"""What the model implies for the figures it cites: the table "published against implied".

A check (``knowledge/reproduction/*.yaml``) states a study population: setting, ages, sex, a predicate over
scenarios, findings its members had, target and comparator. With w = prior x P(inclusion | scenario),

    implied = sum over target of w P(finding | scenario, inclusion) / sum over target of w.

Keys of a check, any of which a row may state for itself:

- ``setting``; ``age`` [from, to] among the setting's consulters, or ``ages``, the members' own shares by age band;
  ``sex``; ``unit``: person, or leg (affected legs are counted, the left standing for both);
- ``population``, ``target`` (default everyone), ``comparator`` (default not target): predicates over scenarios
  (``events.read_predicate``); under ``shown`` a target names findings that define it;
- ``inclusion``: an event (``events.read_event``) that holds for every member.

A row names a ``figure``, its ``quantity`` and a finding, ``event``, ``items`` (areas under a ROC curve, accuracy)
or ``classes``; ``n``: the people behind this quantity where the figure states only all of them.

A figure is inside when that lies in its published 95 % interval, else in Wilson's (counts or n), for areas
under a ROC curve in Hanley and McNeil's (1982, Radiology 143:29). Without any of these it is not checkable.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from foramen.anatomy import AGE_BANDS, SETTINGS
from foramen.errors import KnowledgeError, nearest_match
from foramen.inference.engine import Engine
from foramen.inference.events import (
    AGE_STARTS,
    SURE,
    Spec,
    Terms,
    both,
    leg_weight,
    negation,
    read_event,
    read_predicate,
)
from foramen.knowledge.loader import FOLDER
from foramen.knowledge.numbers import Z95, Figure, wilson
from foramen.model.model import Model
from foramen.model.parameters import Floats

ROLES = ("used", "held_back")
QUARTERS = (0.25, 0.75)  # of an age range: the middles of its halves
QUANTITIES = {"sensitivity", "specificity", "false_positive", "proportion", "lr_pos", "lr_neg", "odds_ratio"}
QUANTITIES |= {"share", "predictive", "auc", "accuracy", "female_ratio"}
PEOPLE = {"setting", "age", "ages", "sex", "unit", "population", "inclusion", "target", "comparator"}
EVENT = {"finding", "side", "state", "level", "root", "event", "items", "classes"}
CHECK_KEYS = PEOPLE | {"id", "people", "rows"}
ROW_KEYS = PEOPLE | EVENT | {"figure", "quantity", "n", "prevalence", "note", "disagrees_with"}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``verdict``: inside, outside, contradicted, not_checkable; ``role``: used or held_back.

    Used figures set a number. ``rivals`` are figures of other studies of the same thing. A row outside its own
    interval is contradicted where a rival's interval does not even touch it and the model agrees with the rival:
    no number could reproduce both.
    """

    check: str
    figure: str
    source: str
    quantity: str
    text: str
    published: float | None
    interval: tuple[float, float] | None
    implied: float
    verdict: str
    role: str
    rivals: tuple[str, ...] = ()
    note: str = ""


def reproduce(engine: Engine, folder: Path | None = None) -> list[Row]:
    """Every row of every check in ``folder`` (default: those shipped), in order of the files.

    Raises ``KnowledgeError`` naming check and row where one names what the knowledge does not hold.
    """
    used = figures_used(engine)
    rows = [row for check in checks(folder) for row in _check(engine, check, used)]
    inside = {row.figure: row.interval for row in rows if row.verdict == "inside"}
    return [replace(row, verdict="contradicted") if _contradicted(row, inside) else row for row in rows]


def checks(folder: Path | None = None) -> list[dict[str, Any]]:
    """The checks as written, one file each, in order of file names."""
    found = []
    for path in sorted((folder or FOLDER / "reproduction").glob("*.yaml")):
        if path.stem == "cannot_model":
            continue
        body = _read(path)
        if unknown := set(body) - CHECK_KEYS:
            raise KnowledgeError(f"reproduction/{path.name}: unknown keys {sorted(unknown)}")
        if body.get("id") != path.stem:
            raise KnowledgeError(f"reproduction/{path.name}: id differs from the file name")
        found.append(body)
    return found


def cannot_model(folder: Path | None = None) -> dict[str, str]:
    """Figures used in the knowledge that no check can state, each with the reason."""
    return dict(_read((folder or FOLDER / "reproduction") / "cannot_model.yaml"))


def figures_used(engine: Engine) -> set[str]:
    """Figures that set a number of the knowledge, or that an assumption's reason names as what it was set to meet."""
    knowledge = engine.model.knowledge
    used = {figure for number in knowledge.numbers for figure in number.figures}
    words = {word for number in knowledge.numbers for word in re.findall(r"[A-Za-z]\w+", number.reason)}
    return used | (words & set(knowledge.figures))


def _contradicted(row: Row, inside: Mapping[str, tuple[float, float] | None]) -> bool:
    if row.verdict != "outside" or row.interval is None:
        return False
    others = [found for figure in row.rivals if (found := inside.get(figure))]
    return any(low > row.interval[1] or high < row.interval[0] for low, high in others)


def shares_inside(rows: Iterable[Row], *, contradicted: bool = True) -> dict[str, tuple[int, int]]:
    """(inside, checkable) of the rows used, held back, and all; without contradicted rows if so wished."""
    out = dict.fromkeys((*ROLES, "all"), (0, 0))
    for row in rows:
        if row.verdict in ("inside", "outside") or (contradicted and row.verdict == "contradicted"):
            for key in (row.role, "all"):
                inside, checkable = out[key]
                out[key] = (inside + (row.verdict == "inside"), checkable + 1)
    return out


def _read(path: Path) -> Any:
    import yaml

    return yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _check(engine: Engine, check: Spec, used: set[str]) -> list[Row]:
    people = {key: value for key, value in check.items() if key != "rows"}
    figures = engine.model.knowledge.figures
    out = []
    for number, own in enumerate(check["rows"]):
        where = f"reproduction/{check['id']}.yaml/rows/{number}"
        if unknown := set(own) - ROW_KEYS:
            raise KnowledgeError(f"{where}: unknown keys {sorted(unknown)}")
        if own.get("figure") not in figures:
            near = nearest_match(str(own.get("figure")), figures)
            hint = f"; did you mean {near!r}?" if near else ""
            raise KnowledgeError(f"{where}: no figure {own.get('figure')!r}{hint}")
        if own.get("quantity") not in QUANTITIES:
            raise KnowledgeError(f"{where}: quantity {own.get('quantity')!r} is missing or not known")
        row, figure = {**people, **own}, figures[own["figure"]]
        implied, interval = _implied(engine, row, where), _interval(figure, row)
        inside = interval is not None and interval[0] - 1e-9 <= implied <= interval[1] + 1e-9
        verdict = "not_checkable" if interval is None else "inside" if inside else "outside"
        rivals = tuple(row.get("disagrees_with", ()))
        if unknown := set(rivals) - set(figures):
            raise KnowledgeError(f"{where}: disagrees_with names unknown figures {sorted(unknown)}")
        role = "used" if figure.id in used else "held_back"
        head = (check["id"], figure.id, figure.source, row["quantity"], figure.text, figure.value, interval)
        out.append(Row(*head, implied, verdict, role, rivals, str(row.get("note", ""))))
    return out


def _interval(figure: Figure, row: Spec) -> tuple[float, float] | None:
    """The published interval, else one from the people behind this very quantity (the row's ``n`` first)."""
    if figure.ci:
        return figure.ci
    if figure.value is None or not 0 <= figure.value <= 1:
        return None
    n = row.get("n")
    if row["quantity"] == "auc":
        return hanley_mcneil(figure.value, *n) if n else None
    counts = {name: int(k) for name, k in re.findall(r"(TP|FP|FN|TN)=(\d+)", figure.counts)}
    cells = {"sensitivity": ("TP", "FN"), "specificity": ("TN", "FP")}.get(row["quantity"], ())
    if n is None and cells and set(cells) <= set(counts):
        n = sum(counts[c] for c in cells)
    return wilson(figure.value, int(n)) if n else figure.interval()


def hanley_mcneil(auc: float, ill: int, well: int) -> tuple[float, float]:
    """95 % interval of an area under the ROC curve."""
    q1, q2 = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    spread = auc * (1 - auc) + (ill - 1) * (q1 - auc * auc) + (well - 1) * (q2 - auc * auc)
    half = Z95 * math.sqrt(spread / (ill * well))
    return max(0.0, auc - half), min(1.0, auc + half)


def _bands(engine: Engine, row: Spec) -> dict[int, tuple[float, tuple[float, ...]]]:
    """Of each age band its share of the people and ages that stand for them: the published shares of bands where
    there are any, else the setting's consulters in the row's range, evenly spread over a band."""
    setting = row.get("setting", SETTINGS[0])
    ages = engine.model.knowledge.settings[setting].ages.p
    low, high = row.get("age", (AGE_STARTS[0], AGE_STARTS[-1]))
    shares = dict(enumerate([max(1 - sum(ages), 0.0), *ages]))
    if "ages" in row:
        shares = {AGE_BANDS.index(band): float(share) for band, share in row["ages"].items()}
    found: dict[int, tuple[float, tuple[float, ...]]] = {}
    for band, share in shares.items():
        start, end = AGE_STARTS[band], AGE_STARTS[band + 1]
        here = (start, end) if "ages" in row else (max(start, low), min(end, high))
        share *= max(0.0, here[1] - here[0]) / (end - start)
        if share > 0:
            found[band] = (share, tuple(here[0] + part * (here[1] - here[0]) for part in QUARTERS))
    return found


def _prior(engine: Engine, row: Spec, ages: Sequence[float]) -> Floats:
    """(scenarios,) prior probabilities averaged over ages."""
    people = {"setting": str(row.get("setting", SETTINGS[0])), "sex": row.get("sex")}
    at = [engine.contexts({**people, "age": age})[0][1] for age in ages]
    return np.asarray(np.mean([np.exp(engine.prior(context)) for context in at], axis=0))


def _implied(engine: Engine, row: Spec, where: str) -> float:
    """The quantity of a row under the model."""
    quantity = row["quantity"]
    if quantity == "female_ratio":
        women = engine.model.knowledge.settings[row.get("setting", SETTINGS[0])].female.total
        female, male = (float(_masses(engine, {**row, "sex": s}, where)[0][0]) for s in ("female", "male"))
        return women * female / ((1 - women) * male)
    target, comparator, by_class = _masses(engine, row, where)
    if quantity == "auc":
        return _area(target[1:], comparator[1:])
    if quantity == "accuracy":
        return float(by_class.max(axis=0).sum() / by_class.sum())
    if "prevalence" in row:  # the published share of the target, for predictive values
        published = float(row["prevalence"])
        target, comparator = target / target[0] * published, comparator / comparator[0] * (1 - published)
    if quantity == "share":
        return float(target[0] / (target[0] + comparator[0]))
    if quantity == "predictive":
        return float(target[1] / (target[1] + comparator[1]))
    hit = float(target[1] / target[0])
    if quantity in ("sensitivity", "proportion"):
        return hit
    false = float(comparator[1] / comparator[0])
    return {
        "specificity": 1 - false,
        "false_positive": false,
        "lr_pos": hit / max(false, 1e-12),
        "lr_neg": (1 - hit) / max(1 - false, 1e-12),
        "odds_ratio": hit * (1 - false) / max(false * (1 - hit), 1e-12),
    }[quantity]


def _masses(engine: Engine, row: Spec, where: str) -> tuple[Floats, Floats, Floats]:
    """Mass of target and comparator, each [members, members with event 1, 2, ...], and events by class."""
    model = engine.model
    target, comparator = row.get("target", {}), row.get("comparator")
    unit = leg_weight(model) if row.get("unit") == "leg" else np.ones(len(model.scenarios))
    members = unit * read_predicate(model, row.get("population", {}), where)
    classes = [read_predicate(model, c, where) for c in row.get("classes", [])]
    total: Floats | float = 0.0
    for band, (share, ages) in _bands(engine, row).items():
        weight = share * _prior(engine, row, ages) * members
        inclusion = read_event(model, row["inclusion"], band, where) if "inclusion" in row else SURE
        events = [both(inclusion, e) for e in [SURE, *_events(model, row, band, where)]]
        everyone = _probabilities(engine, events, band)
        ill = _mass(engine, events, everyone, weight, target, band, where)
        well = everyone @ weight - ill
        if comparator is not None:
            well = _mass(engine, events, everyone, weight, comparator, band, where)
        here = np.stack([ill, well, *(everyone @ (weight * c) for c in classes)])
        if "ages" in row:  # published ages are those of the members, not of all who consult
            here = here * share / max(float(everyone[0] @ weight), 1e-300)
        total = total + here
    parts = np.asarray(total)
    if parts[0, 0] <= 0:
        raise KnowledgeError(f"{where}: no scenario is in the target")
    return parts[0], parts[1], parts[2:, 1:]


def _mass(
    engine: Engine, events: Sequence[Terms], p: Floats, weight: Floats, group: Spec, band: int, where: str
) -> Floats:
    """Mass with each event in a target or comparator: a predicate and, under ``shown``, defining findings."""
    if "shown" in group:
        shown = read_event(engine.model, group["shown"], band, where)
        p = _probabilities(engine, [both(e, shown) for e in events], band)
    return np.asarray(p @ (weight * read_predicate(engine.model, group, where)))


def _events(model: Model, row: Spec, band: int, where: str) -> list[Terms]:
    """The row's event, or every combination of its items."""
    if "items" not in row:
        return [read_event(model, row.get("event", row), band, where)] if {"event", "finding"} & set(row) else []
    combinations = [SURE]
    for item in row["items"]:
        event = read_event(model, item, band, where)
        combinations = [both(c, e) for c in combinations for e in (event, negation(event))]
    return combinations


def _probabilities(engine: Engine, events: Sequence[Terms], band: int) -> Floats:
    """(events, scenarios) P(event | scenario)."""
    conjunctions = list(dict.fromkeys(c for event in events for c in event)) or [()]
    single = np.exp(engine.likelihood([dict(c) for c in conjunctions], band))
    signs = np.array([[event.get(c, 0.0) for c in conjunctions] for event in events])
    return np.asarray(np.clip(signs @ single, 0.0, 1.0))


def _area(ill: Floats, well: Floats) -> float:
    """Area under the ROC curve of the best score, P(target | combination of items)."""
    ill, well = ill / ill.sum(), well / well.sum()
    order = np.argsort(-ill / np.maximum(ill + well, 1e-300), kind="stable")
    rise, run = np.r_[0.0, np.cumsum(ill[order])], np.r_[0.0, np.cumsum(well[order])]
    return float(((rise[1:] + rise[:-1]) / 2 * np.diff(run)).sum())
