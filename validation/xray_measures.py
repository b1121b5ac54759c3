"""What measures of pelvis and lordosis tell apart: ``python validation/xray_measures.py [--data FOLDER]``.

UCI vertebral column (Barreto & Neto, doi:10.24432/C5K89B): 60 disc herniations, 150 slips, 100 without either. One
Gaussian a class, by stratified cross-validation. Why none of it enters the model: docs/decisions/0010-xray-measures.md.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

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


def log_posterior(train: np.ndarray, y: np.ndarray, test: np.ndarray, shared: bool) -> np.ndarray:
    """(test rows, classes) under one Gaussian a class; each covariance is shrunk a little towards the pooled one."""
    groups = [train[y == c] for c in range(len(CLASSES))]
    within = np.concatenate([g - g.mean(axis=0) for g in groups])
    pooled = within.T @ within / (len(within) - len(CLASSES))
    out = []
    for group in groups:
        own = pooled if shared else 0.9 * np.atleast_2d(np.cov(group, rowvar=False)) + 0.1 * pooled
        away = test - group.mean(axis=0)
        distance = np.einsum("ni,ij,nj->n", away, np.linalg.inv(own), away)
        out.append(np.log(len(group) / len(train)) - 0.5 * (distance + np.linalg.slogdet(own)[1]))
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder that holds uci_vertebral_column/")
    try:
        values, y = load(parser.parse_args().data)
    except FileNotFoundError as error:
        print(f"the vertebral column data are not here: {error.filename}", file=sys.stderr)
        return 2
    print("\n".join(report(values, y)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
