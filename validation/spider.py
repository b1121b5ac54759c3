"""The SPIDER gradings (van der Graaf 2024, Sci Data 11:264) as arrays, and the models fitted to them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from foramen.anatomy import LEVELS
from foramen.knowledge.schema import Knowledge

# our name -> columns of the table; a finding is there if one of its columns is not 0
FINDINGS = {
    "bulging": ("Disc bulging",),
    "herniation": ("Disc herniation",),
    "narrowing": ("Disc narrowing",),
    "spondylolisthesis": ("Spondylolisthesis",),
    "Modic": ("Modic",),
    "endplate": ("UP endplate", "LOW endplate"),
}
# the shipped finding each stands for; the last two are only the nearest there is, and their ratios assumptions
SHIPPED = {
    "bulging": "img_disc_bulge",
    "herniation": "img_herniation_subarticular",
    "spondylolisthesis": "img_listhesis",
    "Modic": "img_modic",
    "narrowing": "img_disc_degeneration",
    "endplate": "img_schmorl",
}
CLASSES, WEAR = 3, 3  # person none / mild / severe; level preserved / moderate / severe
PRIOR_SD = 3.0  # of log odds ratios
MILD, SEVERE = 2.4, 3.6  # mean Pfirrmann grade of the five levels, as in structure.yaml


@dataclass(frozen=True)
class Gradings:
    """Patients with all five lumbar levels graded; levels in the order of ``LEVELS``."""

    findings: np.ndarray  # (patients, levels, findings) 0/1
    wear: np.ndarray  # (patients, levels) 0-2
    person: np.ndarray  # (patients,) 0-2

    def __len__(self) -> int:
        return len(self.wear)

    def take(self, rows: np.ndarray) -> Gradings:
        return Gradings(self.findings[rows], self.wear[rows], self.person[rows])


def load(folder: Path) -> Gradings:
    """Read the table. Raises ``FileNotFoundError``."""
    rows: dict[str, dict[int, dict[str, str]]] = {}
    with open(folder / "spider_gradings" / "radiological_gradings.csv", encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            rows.setdefault(row["Patient"], {})[int(row["IVD label"])] = row
    wanted = range(len(LEVELS), 0, -1)  # label 1 is the lowest disc
    people = [[discs[i] for i in wanted] for discs in rows.values() if all(i in discs for i in wanted)]
    grade = np.array([[int(d["Pfirrman grade"]) for d in person] for person in people])
    found = [[[any(int(d[c]) for c in cols) for cols in FINDINGS.values()] for d in person] for person in people]
    person = np.digitize(grade.mean(axis=1), [MILD, SEVERE])
    return Gradings(np.array(found, dtype=int), np.clip(grade - 3, 0, 2), person)


@dataclass(frozen=True)
class Model:
    """P(person class), P(wear | class, level), P(finding | class, wear, level); the first two are summed out."""

    person: np.ndarray  # (classes,)
    wear: np.ndarray  # (classes, levels, wear)
    finding: np.ndarray  # (classes or 1, wear, levels, findings)

    def log_likelihood(self, data: Gradings, columns: list[int]) -> np.ndarray:
        """Per patient, of the findings alone."""
        x, p = data.findings[:, None, None, :, columns], self.finding[None, ..., columns]
        at_wear = np.prod(np.where(x == 1, p, 1 - p), axis=4)  # (patients, classes, wear, levels)
        at_level = (self.wear.transpose(0, 2, 1) * at_wear).sum(axis=2)
        return np.log(np.prod(at_level, axis=2) @ self.person)


def shares(index: np.ndarray, size: int) -> np.ndarray:
    """Shares of 0 … size - 1, half a count added to each."""
    counts = np.bincount(index, minlength=size) + 0.5
    return counts / counts.sum()


def fit(data: Gradings, kind: str) -> Model:
    """``independent``, ``level`` (a level's own wear), ``person`` (degeneration of the person makes the wear) or
    ``direct`` (it also acts on the findings past the wear).
    """
    if kind == "independent":
        rate = (data.findings.sum(axis=0) + 0.5) / (len(data) + 1)
        return Model(np.ones(1), np.ones((1, len(LEVELS), 1)), rate[None, None])
    levels = range(len(LEVELS))
    finding = np.stack([additive(data, f, kind == "direct")[0] for f in range(len(FINDINGS))], axis=3)
    if kind == "level":
        return Model(np.ones(1), np.array([[shares(data.wear[:, lv], WEAR) for lv in levels]]), finding)
    groups = [data.wear[data.person == d] for d in range(CLASSES)]
    wear = np.array([[shares(group[:, lv], WEAR) for lv in levels] for group in groups])
    return Model(shares(data.person, CLASSES), wear, finding)


def additive(data: Gradings, column: int, direct: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """(classes or 1, wear, levels) probabilities with log odds = level + wear (+ person), and odds ratios by wear.

    As the model has it: odds = base x weight of the level x ratio of the wear. The effects have a weak normal prior
    around none, since slips at L1-L2 were never seen. Newton steps on the counts of the cells.
    """
    person, wear, level = np.meshgrid(range(CLASSES if direct else 1), range(WEAR), range(len(LEVELS)), indexing="ij")
    cell = np.ravel_multi_index((data.person[:, None] * direct, data.wear, np.arange(len(LEVELS))), level.shape)
    n = np.bincount(cell.ravel(), minlength=level.size)
    k = np.bincount(cell.ravel(), weights=data.findings[:, :, column].ravel(), minlength=level.size)
    parts = [np.eye(WEAR)[wear.ravel(), 1:], np.eye(len(LEVELS))[level.ravel()], np.eye(CLASSES)[person.ravel(), 1:]]
    design = np.hstack([np.ones((level.size, 1)), *parts])
    penalty = np.diag([1e-3, *[PRIOR_SD**-2] * (design.shape[1] - 1)])
    beta = np.zeros(design.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-design @ beta))
        gradient = design.T @ (k - n * p) - penalty @ beta
        step = np.linalg.solve(design.T @ (design * (n * p * (1 - p))[:, None]) + penalty, gradient)
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    p = 1 / (1 + np.exp(-design @ beta))
    return p.reshape(level.shape), np.exp(np.array([0.0, beta[1], beta[2]]))


def shipped(knowledge: Knowledge, data: Gradings, own_levels: bool) -> Model:
    """The numbers in the knowledge; only the spectrum comes from ``data``: person classes and rates of findings.

    The rate is one for all levels if the knowledge's own level weights are used, else one for each level.
    """
    person = shares(data.person, CLASSES)
    wear = np.zeros((CLASSES, len(LEVELS), WEAR))
    for i, level in enumerate(LEVELS):
        for d, number in enumerate(knowledge.structure.given_degeneration[level]):
            wear[d, i] = (1 - number.total, *number.p)
    mix = np.einsum("d,dlz->zl", person, wear)
    finding = np.zeros((1, WEAR, len(LEVELS), len(FINDINGS)))
    for f, name in enumerate(FINDINGS):
        silent = knowledge.findings[SHIPPED[name]].silent
        assert silent is not None
        weight = np.array([silent.level_weight.get(level, 1.0) if own_levels else 1.0 for level in LEVELS])
        odds = np.array(silent.follows_degeneration)[:, None] * weight
        wanted = (data.findings[:, :, f].sum(axis=0) + 0.5) / (len(data) + 1)
        low, high = np.full(len(LEVELS), -14.0), np.full(len(LEVELS), 8.0)
        for _ in range(60):
            middle = (low + high) / 2
            p = 1 / (1 + np.exp(-middle) / odds)
            short = (mix * p).sum(axis=0) - wanted
            less = (short if not own_levels else np.full(len(LEVELS), short.mean())) < 0
            low, high = np.where(less, middle, low), np.where(less, high, middle)
        finding[0, :, :, f] = p
    return Model(person, wear, finding)
