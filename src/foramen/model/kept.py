"""The scenarios that are kept, and what they leave out; computed once per version of knowledge and code."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from foramen.anatomy import AGE_BANDS, SETTINGS
from foramen.knowledge.cache import cache_folder, keep
from foramen.knowledge.schema import Knowledge
from foramen.model.parameters import Floats
from foramen.model.priors import Context, PriorTable
from foramen.model.prune import scenarios_to_keep
from foramen.model.scenarios import COLUMNS, Scenarios, generate

PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Kept:
    """``mass_left_out``: prior mass of the scenarios left out, by ``setting/age band``."""

    scenarios: Scenarios
    mass_left_out: dict[str, float]
    generated: int


def log_prior(priors: PriorTable, scenarios: Scenarios, theta: Floats, context: Context) -> Floats:
    """(draws, scenarios) log prior, not normalised."""
    return priors.values(theta, context)[:, scenarios.terms].sum(axis=2)


def kept_scenarios(
    knowledge: Knowledge, priors: PriorTable, base: Floats, *, pruned: bool = True, all_pairs: bool = False
) -> Kept:
    """Generate and prune; read from the cache folder where this was done before."""
    pruned = pruned and not all_pairs
    path = _cache_file(knowledge) if pruned else None
    if path is not None and (found := _read(path, tuple(knowledge.causes))):
        return found
    full = generate(knowledge, priors, all_pairs=all_pairs)
    contexts = [Context(setting, band) for setting in SETTINGS for band in range(len(AGE_BANDS))]
    mass = np.stack([np.exp(log_prior(priors, full, base, c)[0]) for c in contexts])
    index = scenarios_to_keep(full, mass) if pruned else np.arange(len(full))
    left_out = 1 - mass[:, index].sum(axis=1) / mass.sum(axis=1)
    names = [f"{c.setting}/{AGE_BANDS[c.band]}" for c in contexts]
    kept = Kept(full.keep(index), dict(zip(names, left_out.tolist(), strict=True)), len(full))
    if path is not None:
        _write(path, kept)
    return kept


def _cache_file(knowledge: Knowledge) -> Path:
    digest = hashlib.sha256(code_behind(PACKAGE) + knowledge.version.encode()).hexdigest()[:12]
    return cache_folder() / f"scenarios-{digest}.npz"


def code_behind(package: Path) -> bytes:
    """All code that the scenarios depend on: how knowledge is read, places and roots, how they are made and pruned."""
    files = [package / "anatomy.py", *(package / "knowledge").glob("*.py"), *(package / "model").glob("*.py")]
    return b"".join(path.read_bytes() for path in sorted(files))


def _read(path: Path, causes: tuple[str, ...]) -> Kept | None:
    try:
        with np.load(path, allow_pickle=False) as data:
            about = json.loads(str(data["about"]))
            if tuple(about["causes"]) != causes:
                return None
            columns = {name: data[name] for name in COLUMNS}
            if len({len(column) for column in columns.values()}) != 1:
                return None
            return Kept(Scenarios(causes, **columns), dict(about["mass_left_out"]), int(about["generated"]))
    except Exception:  # whatever stands there, it can be computed anew
        return None


def _write(path: Path, kept: Kept) -> None:
    about = json.dumps(
        {"causes": kept.scenarios.causes, "mass_left_out": kept.mass_left_out, "generated": kept.generated}
    )
    columns = {name: getattr(kept.scenarios, name) for name in COLUMNS}
    keep(path, lambda out: np.savez(out, about=np.array(about), **columns))
