"""Calibration on simulated cases: ``python validation/calibration.py [--cases N]``.

Cases are drawn from the model itself (scenario by its prior, findings one after the other given the scenario and
those drawn before, so that every latent is respected) and from the equal-cause prior. Real case reports are no
prevalence sample and say nothing about calibration.
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from score import equal_prior

from foramen.inference.engine import Engine, normalise

CONTEXT = {"age": 55, "sex": None, "setting": "spine_clinic"}
FINDINGS, SEED = 30, 11
# what a visit with imaging covers; every case gets a random part of it
PANEL = (
    "onset", "duration", "course", "cough_sneeze_worse", "worse_standing_walking", "relief_sitting",
    "night_pain", "leg_pain_dominant", "fever_reported", "cancer_history", "weight_loss", "previous_spine_surgery",
    "saddle_numbness", "urinary_retention", "slr", "femoral_stretch", "reflex_ankle", "reflex_knee",
    "power_great_toe_extension", "power_ankle_dorsiflexion", "power_knee_extension", "power_plantarflexion",
    "sens_foot_dorsum", "sens_lateral_foot", "hip_rotation_painful", "si_provocation", "trochanter_tenderness",
    "percussion_tenderness", "pulses_reduced", "crp", "img_listhesis", "img_central_stenosis", "img_foraminal_stenosis",
    "img_herniation_subarticular", "img_herniation_central", "img_lateral_recess_stenosis", "img_disc_degeneration",
    "img_fracture", "img_marrow_lesion", "img_synovial_cyst", "img_facet_arthropathy",
)  # fmt: skip
BINS = np.array([0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0])


def cause_weights(engine: Engine) -> np.ndarray:
    """(scenarios,) log factor that turns the prior into the equal-cause prior."""
    s = engine.model.scenarios
    prior = np.exp(engine.prior(engine.contexts(CONTEXT)[0][1]))
    total = np.bincount(s.lead, weights=prior, minlength=len(s.causes))
    wanted = np.array([float(equal_prior()[c]) for c in s.causes])
    return np.log(wanted / wanted.sum() / total)[s.lead]


def draw_cases(engine: Engine, log_prior: np.ndarray, count: int) -> tuple[np.ndarray, list[dict]]:
    """Scenarios and their evidence (likelihood vectors), drawn from the model."""
    rng = np.random.default_rng(SEED)
    band = engine.contexts(CONTEXT)[0][1].band
    p = np.exp(log_prior - log_prior.max())
    scenarios = rng.choice(len(p), size=count, p=p / p.sum())
    ids = [
        key
        for key, i in engine.model.instances.items()
        if (i.finding.id in PANEL or (i.finding.id.startswith("pain_") and i.side >= 0)) and i.place not in (0, 1)
    ]
    cases: list[dict] = [{} for _ in range(count)]
    for _ in range(FINDINGS):
        keys = [str(rng.choice(ids)) for _ in range(count)]
        rows, owner = [], []
        for n, key in enumerate(keys):
            if key in cases[n]:
                continue
            states = engine.findings[key]
            for k in range(len(states)):
                rows.append(cases[n] | {key: tuple(float(i == k) for i in range(len(states)))})
                owner.append(n)
        at = np.array(owner)
        values = np.concatenate(
            [engine.likelihood(rows[i : i + 400], band)[np.arange(len(rows[i : i + 400])), scenarios[at[i : i + 400]]]
             for i in range(0, len(rows), 400)]
        )  # fmt: skip
        for n in range(count):
            mine = np.flatnonzero(at == n)
            if len(mine):
                weight = np.exp(values[mine] - values[mine].max())
                cases[n] = rows[mine[rng.choice(len(mine), p=weight / weight.sum())]]
    return scenarios, cases


def report(name: str, engine: Engine, scenarios: np.ndarray, cases: list[dict], shift: np.ndarray) -> list[str]:
    """Brier score, rank and a reliability table over all causes."""
    s = engine.model.scenarios
    band = engine.contexts(CONTEXT)[0][1]
    blocks = []
    for i in range(0, len(cases), 200):
        joint = engine.likelihood(cases[i : i + 200], band.band) + engine.prior(band) + shift
        p = normalise(joint)
        blocks.append(np.stack([np.bincount(s.lead, weights=row, minlength=len(s.causes)) for row in p]))
    predicted = np.concatenate(blocks)
    truth = np.eye(len(s.causes))[s.lead[scenarios]]
    brier = float(((predicted - truth) ** 2).sum(axis=1).mean())
    base = np.exp(engine.prior(band) + shift)
    share = np.bincount(s.lead, weights=base / base.sum(), minlength=len(s.causes))
    naive = float(((share - truth) ** 2).sum(axis=1).mean())
    top = float((predicted.argmax(axis=1) == s.lead[scenarios]).mean())
    scores = f"Brier {brier:.3f} (prior alone {naive:.3f}); top-1 {top:.0%}"
    lines = [f"{name}: {len(cases)} cases of {FINDINGS} findings; {scores}", "  said      happened   n"]
    for low, high in pairwise(BINS):
        inside = (predicted >= low) & ((predicted < high) | (high == 1.0))
        if inside.sum() >= 20:
            lines.append(f"  {predicted[inside].mean():6.3f}    {truth[inside].mean():6.3f}   {int(inside.sum())}")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=400)
    count = parser.parse_args().cases
    engine = Engine()
    prior = engine.prior(engine.contexts(CONTEXT)[0][1])
    equal = cause_weights(engine)
    for name, shift in (("drawn from the model's prior", 0.0 * equal), ("drawn from the equal-cause prior", equal)):
        scenarios, cases = draw_cases(engine, prior + shift, count)
        print("\n".join(report(name, engine, scenarios, cases, shift)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
