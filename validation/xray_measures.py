"""What measures of pelvis and lordosis tell apart, and what of it the model lets through.

UCI vertebral column (Barreto & Neto, doi:10.24432/C5K89B): 60 disc herniations, 150 slips, 100 without either. One
Gaussian a class, by stratified cross-validation; then the shipped densities, tempered and capped, on the same people.
``--data FOLDER`` holds uci_vertebral_column/. Why so little is let through: docs/decisions/0010-xray-measures.md.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from foramen.inference.engine import Engine
from foramen.records.case_file import read_case
from foramen.records.evidence import items_of

DATA = Path(__file__).parents[2] / "shared" / "data"
CLASSES = {"NO": "neither", "DH": "herniation", "SL": "slip"}
MEASURES = ("incidence", "tilt", "lordosis", "slope", "radius", "slip")
# the sacral slope is incidence less tilt, to rounding, in every row: it adds nothing and makes a covariance singular
USED = ("incidence", "tilt", "lordosis", "radius", "slip")
SUBSETS = {
    "all five measures": USED,
    "slip alone": ("slip",),
    "all but slip": ("incidence", "tilt", "lordosis", "radius"),
}
FOLDS, REPEATS, SEED = 10, 10, 3
PUBLISHED = (
    "published, three classes: 85-88 % (recalled; of Neto & Barreto 2009, doi:10.1109/TLA.2009.5349049, only the",
    "abstract was read, which gives no figure)",
    "published, two classes (normal or not), a copy with six more columns: 87 % on the part set aside (abstract read;",
    "Raihan-Al-Masud & Mondal 2020, doi:10.1371/journal.pone.0228422)",
)


@dataclass(frozen=True)
class Scores:
    accuracy: float
    log_score: float  # mean log probability of the true class
    confusion: np.ndarray  # true class by named class, summed over repeats


def load(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Measures (patients, 6) and classes. Raises ``FileNotFoundError``."""
    text = (folder / "uci_vertebral_column" / "column_3C.dat").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if line.strip()]
    values = np.array([[float(v) for v in row[:-1]] for row in rows])
    return values, np.array([list(CLASSES).index(row[-1]) for row in rows])


def features(values: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """The measures named; slip on a log-like scale, which also tames the one absurd value (418.5)."""
    x = values[:, [MEASURES.index(n) for n in names]].copy()
    if "slip" in names:
        column = names.index("slip")
        x[:, column] = np.arcsinh(x[:, column] / 5)
    return x


def gaussians(x: np.ndarray, y: np.ndarray, shared: bool) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """(people, mean, covariance) of each class; a covariance of its own is shrunk a little towards the pooled one."""
    groups = [x[y == c] for c in range(len(CLASSES))]
    within = np.concatenate([g - g.mean(axis=0) for g in groups])
    pooled = within.T @ within / (len(within) - len(CLASSES))
    return [
        (len(g), g.mean(axis=0), pooled if shared else 0.9 * np.atleast_2d(np.cov(g, rowvar=False)) + 0.1 * pooled)
        for g in groups
    ]


def log_posterior(train: np.ndarray, y: np.ndarray, test: np.ndarray, shared: bool) -> np.ndarray:
    """(test rows, classes) under one Gaussian a class, with the classes' shares in ``train`` as prior."""
    out = []
    for count, mean, covariance in gaussians(train, y, shared):
        away = test - mean
        distance = np.einsum("ni,ij,nj->n", away, np.linalg.inv(covariance), away)
        out.append(np.log(count / len(train)) - 0.5 * (distance + np.linalg.slogdet(covariance)[1]))
    joint = np.stack(out, axis=1)
    return joint - np.logaddexp.reduce(joint, axis=1, keepdims=True)


def cross_validate(x: np.ndarray, y: np.ndarray, shared: bool) -> Scores:
    """Ten times ten folds, each with every class in its share."""
    rng = np.random.default_rng(SEED)
    confusion, total = np.zeros((len(CLASSES), len(CLASSES))), 0.0
    for _ in range(REPEATS):
        order = rng.permutation(len(y))
        order = order[np.argsort(y[order], kind="stable")]
        fold = np.empty(len(y), dtype=int)
        fold[order] = np.arange(len(y)) % FOLDS
        for i in range(FOLDS):
            test = fold == i
            log_p = log_posterior(x[~test], y[~test], x[test], shared)
            total += log_p[np.arange(len(log_p)), y[test]].sum()
            np.add.at(confusion, (y[test], log_p.argmax(axis=1)), 1)
    return Scores(np.trace(confusion) / confusion.sum(), total / confusion.sum(), confusion)


def report(values: np.ndarray, y: np.ndarray) -> list[str]:
    share = np.bincount(y) / len(y)
    lines = [
        f"UCI vertebral column, {len(y)} patients; {REPEATS} x {FOLDS}-fold stratified cross-validation", "",
        f"  {'':20}{'covariance':12}{'accuracy':>9}{'log score':>11}   right among " + " / ".join(CLASSES.values())
        + "   herniation or neither, told apart",
        f"  {'class shares alone':32}{share.max():9.1%}{(share * np.log(share)).sum():11.3f}",
    ]  # fmt: skip
    for title, names in SUBSETS.items():
        for shared in (True, False):
            s = cross_validate(features(values, names), y, shared)
            right = np.diag(s.confusion) / s.confusion.sum(axis=1)
            pair = s.confusion[:2, :2]
            lines.append(
                f"  {title:20}{'shared' if shared else 'by class':12}{s.accuracy:9.1%}{s.log_score:11.3f}   "
                + " / ".join(f"{r:.0%}" for r in right)
                + f"   {np.trace(pair) / pair.sum():.0%}"
            )
    slip = values[:, MEASURES.index("slip")]
    lines += ["", *(f"  {line}" for line in PUBLISHED), "", "how the slip is spread by class (unit not stated):"]
    for c, name in enumerate(CLASSES.values()):
        low, mid, high = np.percentile(slip[y == c], [5, 50, 95])
        above = (slip[y == c] > 5).mean()
        lines.append(
            f"  {name:12} median {mid:5.1f}, 5th to 95th percentile {low:5.1f} to {high:5.1f}, over 5: {above:.0%}"
        )
    return lines


ACCOUNTS = {"herniation": "disc_herniation", "slip": "degenerative_spondylolisthesis"}


def factors(values: np.ndarray, engine: Engine) -> np.ndarray:
    """(patients, herniation and slip) by how much all free measures but the slip move the odds of an account

    against one without either, as the model takes them.
    """
    model = engine.model
    profile = model.knowledge.sagittal
    leads = [list(model.scenarios.causes).index(c) for c in (*ACCOUNTS.values(), "nonspecific_low_back_pain")]
    rows = [int(np.flatnonzero((model.scenarios.lead == c) & (model.scenarios.companion < 0))[0]) for c in leads]
    names = [f"{'lumbar' if n == 'lordosis' else 'pelvic'}_{n}" for n in SUBSETS["all but slip"]]
    x = features(values, SUBSETS["all but slip"])
    cases = [read_case({"measurements": dict(zip(names, row.tolist(), strict=True))}) for row in x]
    log_p = engine.likelihood([items_of(case, model)[0].vectors for case in cases], band=3)[:, rows]
    assert profile is not None
    return np.exp(log_p[:, :2] - log_p[:, 2:])


def let_through(values: np.ndarray, y: np.ndarray) -> list[str]:
    lines = ["", "what the model lets through (tempered, capped): odds of an account over one with neither, times"]
    lines.append(f"  {'':32}" + "".join(f"{name:>26}" for name in ACCOUNTS))
    moved = factors(values, Engine())
    for c, name in enumerate(CLASSES.values()):
        ranges = [np.percentile(moved[y == c, k], [5, 50, 95]) for k in range(len(ACCOUNTS))]
        lines.append(
            f"  people with {name:20}" + "".join(f"{m:10.2f} ({a:.2f} to {b:.2f})".rjust(26) for a, m, b in ranges)
        )
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder that holds uci_vertebral_column/")
    try:
        values, y = load(parser.parse_args().data)
    except FileNotFoundError as error:
        print(f"the vertebral column data are not here: {error.filename}", file=sys.stderr)
        return 2
    print("\n".join([*report(values, y), *let_through(values, y)]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
