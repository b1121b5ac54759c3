"""Figures measured on data that cannot be shipped; skipped where the data are not at hand."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "validation"))

import spider  # noqa: E402
import structure  # noqa: E402
import xray_measures  # noqa: E402

from foramen.knowledge.loader import load_knowledge  # noqa: E402

SHARED = Path(os.environ.get("FORAMEN_REPORTS", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="module")
def gradings() -> spider.Gradings:
    try:
        return spider.load(SHARED)
    except FileNotFoundError:
        pytest.skip(f"{SHARED} lacks the SPIDER gradings (van der Graaf 2024), which this repository does not carry")


@pytest.mark.parametrize("findings", [tuple(spider.FINDINGS), structure.FROM_SPIDER])
def test_wear_and_the_person_behind_it_each_make_unseen_patients_likelier(gradings, findings):
    scores = structure.held_out(gradings, findings)
    for better, worse in (("level", "independent"), ("person", "level")):
        gain = scores[better] - scores[worse]
        assert gain.mean() > 3 * gain.std(ddof=1) / len(gain) ** 0.5
    # the shipped ratios lose next to nothing where they come from these gradings
    if findings == structure.FROM_SPIDER:
        assert (scores["person"] - scores["ratios"]).mean() < 0.05


def test_shipped_ratios_from_the_gradings_lie_in_the_refitted_interval(gradings, monkeypatch):
    monkeypatch.setattr(structure, "BOOTSTRAPS", 400)
    refitted = structure.ratios(gradings)
    for name in structure.FROM_SPIDER:
        silent = load_knowledge().findings[spider.SHIPPED[name]].silent
        _, low, high = refitted[name]
        assert np.all(low <= silent.follows_degeneration[1:]), name
        assert np.all(silent.follows_degeneration[1:] <= high), name


def test_the_page_shows_what_the_script_scores(gradings):
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    shown = [line for line in page.splitlines() if line.strip().startswith(tuple(structure.MODELS.values()))]
    scored = [structure.held_out(gradings, names) for names in (tuple(spider.FINDINGS), structure.FROM_SPIDER)]
    pairs = [(text, block[kind].mean()) for block in scored for kind, text in structure.MODELS.items()]
    assert len(shown) == len(pairs)
    for line, (text, mean) in zip(shown, pairs, strict=True):
        assert float(line.split(text)[1].split()[0]) == pytest.approx(mean, abs=0.02), line


@pytest.fixture(scope="module")
def column() -> tuple[np.ndarray, np.ndarray]:
    try:
        return xray_measures.load(SHARED)
    except FileNotFoundError:
        pytest.skip(
            f"{SHARED} lacks the vertebral column data (UCI 10.24432/C5K89B), which this repository does not carry"
        )


def test_measures_tell_slips_apart_and_slip_alone_finds_no_herniation(column):
    values, y = column
    full = xray_measures.cross_validate(xray_measures.features(values, xray_measures.USED), y, shared=True)
    slip = xray_measures.cross_validate(xray_measures.features(values, ("slip",)), y, shared=True)
    assert 0.83 < full.accuracy < 0.88
    assert slip.confusion[1, 1] == 0
    assert full.log_score > slip.log_score > -1.034


def test_shipped_densities_are_those_of_the_data(column):
    values, y = column
    profile = load_knowledge().sagittal
    x = xray_measures.features(values, xray_measures.SUBSETS["all but slip"])
    fitted = xray_measures.gaussians(x, y, shared=False)
    for group, (n, mean, covariance) in zip(profile.classes, fitted, strict=True):
        assert group.n == n
        assert np.allclose(group.mean, mean, atol=0.006)
        assert np.allclose(group.covariance, covariance, atol=0.006)
    for name, (low, high) in profile.range.items():
        of_data = values[:, xray_measures.MEASURES.index(name.split("_")[1])]
        assert (low, high) == (of_data.min(), of_data.max())


def test_the_page_shows_what_the_measures_score(column):
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    for line in [*xray_measures.report(*column), *xray_measures.let_through(*column)]:
        assert line in page


def test_person_class_and_wear_are_summed_out_exactly():
    rng = np.random.default_rng(1)
    person, wear = rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(3), size=(3, 2))
    finding = rng.random((1, 3, 2, 2))
    model = spider.Model(person, wear, finding)
    cases = np.array([[[a, b], [c, d]] for a in (0, 1) for b in (0, 1) for c in (0, 1) for d in (0, 1)])
    data = spider.Gradings(cases, np.zeros(cases.shape[:2], dtype=int), np.zeros(len(cases), dtype=int))
    assert np.exp(model.log_likelihood(data, [0, 1])).sum() == pytest.approx(1.0)
    by_hand = sum(
        person[d] * np.prod([sum(wear[d, lv, z] * np.prod(finding[0, z, lv]) for z in range(3)) for lv in range(2)])
        for d in range(3)
    )
    assert np.exp(model.log_likelihood(data, [0, 1]))[-1] == pytest.approx(by_hand)
