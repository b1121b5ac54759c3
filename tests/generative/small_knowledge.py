"""Random small knowledge: a few causes and findings that use every construct the model has."""

from __future__ import annotations

import random
from typing import Any

from foramen.anatomy import AGE_BANDS, LEVELS, ROOTS, SETTINGS, VERTEBRAE
from foramen.knowledge.parse import parse_knowledge
from foramen.knowledge.schema import Knowledge

SITES = ("none", "none", "side", "side", "side", "level", "level_side", "vertebra", "root_side")
USED_LEVELS = ("L4-L5", "L5-S1", "L1-L2")
USED_ROOTS = ("L1", "L5", "S1")


class Maker:
    """Draws the plain content of the knowledge files from one seed."""

    def __init__(self, seed: int, causes: int, findings: int) -> None:
        self.random = random.Random(seed)
        self.causes = [f"c{i}" for i in range(causes)]
        self.findings = [f"f{i}" for i in range(findings)]
        self.sites = {f: self.random.choice(SITES) for f in self.findings}
        self.kinds = {f: self.random.choice(("sign", "sign", "lead", "risk_factor")) for f in self.findings}
        self.width = {f: self.random.choice((1, 1, 2, 3)) for f in self.findings}
        for f in self.some(self.at("side"), 0.2):
            self.kinds[f], self.width[f] = "lateral", 1

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def share(self) -> float:
        """Mostly ordinary, now and then at or next to 0 or 1."""
        if self.chance(0.1):
            return self.random.choice((0.0, 1e-7, 1e-4, 0.999, 1.0))
        return round(self.random.uniform(0.02, 0.95), 4)

    def number(self, p: float | list[float] | dict[str, float], high: float = 1.0) -> dict[str, Any]:
        return {"p": p, "range": [0, high], "assumption": "drawn at random"}

    def weight(self) -> dict[str, Any]:
        return self.number(round(self.random.uniform(0.5, 3), 3), 10.0)

    def states(self, width: int) -> list[float]:
        """Probabilities of the abnormal states."""
        total = self.share()
        parts = [self.random.uniform(0.05, 1) for _ in range(width)]
        return [round(total * x / sum(parts) - 5e-8, 7) if total > 0.5 else total * x / sum(parts) for x in parts]

    def by_age(self, width: int) -> dict[str, Any]:
        if self.chance(0.5):
            return self.number(self.states(width))
        return {"by_age": {band: self.number(self.states(width)) for band in AGE_BANDS}}

    def some(self, names: list[str], p: float) -> list[str]:
        return [name for name in names if self.chance(p)]

    def at(self, *sites: str) -> list[str]:
        return [f for f in self.findings if self.sites[f] in sites]

    # causes

    def cause(self, name: str, place: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "id": name,
            "name": name,
            "share": {s: self.number(round(self.random.uniform(1, 50), 2), 100) for s in SETTINGS},
            "female": self.number(round(self.random.uniform(0.1, 0.9), 3)),
            "place": place,
            "groups": self.some(["g0", "g1"], 0.4),
            "forms": [{"zone": "any", "side": "bilateral", **self.weighted()}],
            "central_refers": self.chance(0.5),
            "serious": self.random.choice(("none", "urgent")),
        }
        if self.chance(0.5):
            body["left"] = self.number(round(self.random.uniform(0.2, 0.8), 3))
        if place == "side":
            body["forms"] = [{"zone": "any", "side": "unilateral", **self.weighted()}]
            if self.chance(0.5):
                body["forms"].append({"zone": "any", "side": "bilateral", **self.weighted()})
        if place in ("side", "none", "level") and self.chance(0.5):
            body["community_prevalence"] = self.number(round(self.random.uniform(0.01, 0.2), 4))
        if place == "root_side":
            body["forms"] = [{"zone": "any", "side": "unilateral", **self.weighted()}]
            body["root"] = self.number(dict.fromkeys(self.random.sample(USED_ROOTS, 2), 0.5))
        if place in ("level", "vertebra"):
            self.lesion(body, place)
        if place == "root_side" or "roots" in body:
            body["root_state"] = {
                s: {state: self.weighted() for state in ("irritated", "conduction_loss", "both")} for s in SETTINGS
            }
        signs = self.some(self.at("side"), 0.3)
        if signs and self.chance(0.5):
            body["root_sign_factor"] = [{"findings": signs, **self.number(round(self.random.uniform(0, 1), 3))}]
        return body

    def weighted(self) -> dict[str, Any]:
        return self.number(round(self.random.uniform(0.1, 0.9), 3))

    def lesion(self, body: dict[str, Any], place: str) -> None:
        names = USED_LEVELS if place == "level" else (*VERTEBRAE[2:4], "sacrum")
        chosen = self.random.sample(names, self.random.choice((1, 2)))
        body["level"] = {"p": {name: round(1 / len(chosen), 3) for name in chosen}, "assumption": "drawn"}
        forms = self.random.sample(
            [("subarticular", "unilateral"), ("foraminal", "unilateral"), ("central", "central"), ("any", "bilateral")],
            self.random.choice((1, 2)),
        )
        body["forms"] = [{"zone": zone, "side": side, **self.weighted()} for zone, side in forms]
        if "sacrum" in chosen:
            return
        tokens = [["traversing"], ["exiting", "next"], ["traversing", "opposite_traversing"], ["below"], "none", ["S1"]]
        patterns = []
        for roots in self.random.sample(tokens, 2):
            patterns.append({"roots": roots, **self.weighted()})
            if self.chance(0.3):
                patterns[-1]["cauda"] = self.random.choice(("incomplete", "complete"))
        body["roots"] = {self.random.choice((forms[0][0], "any")): patterns}
        if self.chance(0.3):
            body["two_level"] = self.number(round(self.random.uniform(0.05, 0.4), 3))
        if self.chance(0.3):
            body["roots_none_by_setting"] = {s: self.weight() for s in SETTINGS}

    # findings

    def finding(self, name: str, groups: set[str]) -> dict[str, Any]:
        width, site = self.width[name], self.sites[name]
        body: dict[str, Any] = {
            "id": name,
            "name": name,
            "category": "history",
            "site": site,
            "kind": self.kinds[name],
            "burden": "question",
            "states": ["normal", "some", "much", "most"][: width + 1],
            "background": self.by_age(width),
        }
        if self.kinds[name] == "lateral":
            del body["background"]
            return body | {"lateral": {where: self.number(self.share()) for where in ("here", "both", "elsewhere")}}
        keys = self.some([*self.causes, *("@" + g for g in sorted(groups))], 0.4)
        if site in ("level", "level_side") and self.chance(0.5):
            keys.append(f"{self.random.choice(self.causes)}/{self.random.choice(('central', 'subarticular'))}")
        body["given"] = {key: self.number(self.states(width)) for key in dict.fromkeys(keys)}
        if site in ("level", "level_side") and self.chance(0.6):
            del body["background"]
            body["silent"] = {
                "per_person": self.by_age(1),
                "level_weight": {level: round(self.random.uniform(0.2, 1), 2) for level in LEVELS[1:]},
                "follows_degeneration": [1, 2.5, round(self.random.uniform(3, 9), 1)],
                "split": [1 - 0.25 * (width - 1), *[0.25] * (width - 1)],
            }
        if site in ("level", "level_side", "vertebra") and self.chance(0.4):
            body["instead"] = {c: self.number(self.states(width)) for c in self.some(self.causes, 0.4)}
        if site == "root_side":
            halves = self.some(["irritated", "conduction_loss"], 0.8)
            body["roots"] = {half: self.number(self.states(width)) for half in halves}
        if site in ("side", "root_side") and self.kinds[name] == "sign" and self.chance(0.3):
            body["shared_leak"] = self.by_age(width)
        return body

    def expression(self) -> dict[str, Any]:
        members = self.some([f for f in self.at("side") if self.kinds[f] == "sign"], 0.6)
        if not members:
            return {}
        weights = [self.random.uniform(0.1, 1) for _ in range(self.random.choice((2, 3)))]
        weights = [w / sum(weights) for w in weights]
        tilts = [[self.random.choice((0.0, 0.5, 1.0, 2.0)) for _ in range(5)] for _ in weights]
        tilts[0] = [1.0] * 5
        mean = [sum(w * t[k] for w, t in zip(weights, tilts, strict=True)) for k in range(5)]
        tilts = [[x / m for x, m in zip(t, mean, strict=True)] for t in tilts]
        latent = [
            {"weight": w, "root_tilt": t[:3], "leak_tilt": t[3], "own_tilt": t[4]}
            for w, t in zip(weights, tilts, strict=True)
        ]
        follow = dict.fromkeys(self.some([m for m in members if self.width[m] == 1], 0.5), "own_tilt")
        family: dict[str, Any] = {"members": members, "follow": follow, "reason": "drawn", "latent": latent}
        if len(weights) == 3 and self.chance(0.7):
            for z, name in zip(latent, ("spared", "mild", "marked"), strict=True):
                z["cause"] = name
            most = (1 / weights[0], (weights[1] + weights[2]) / weights[1])
            family["diseases"] = self.some([c for c in self.causes if c != "none_of_these"], 0.5)
            family["outside"] = {c: self.some(members, 0.4) for c in self.some(self.causes, 0.3)}
            family["cause_powers"] = [self.random.uniform(1, min(m, 6)) for m in most]
            if self.chance(0.6):
                family["root_powers"] = sorted(self.random.uniform(1, 6) for _ in range(3))
                for z in latent:
                    del z["root_tilt"]
        return {"together": family}

    def structure(self) -> dict[str, Any]:
        def two(p: tuple[float, float] = (0.05, 0.45)) -> dict[str, Any]:
            return self.number([round(self.random.uniform(*p), 3) for _ in range(2)])

        return {
            "degeneration_given_age": {"by_age": {band: two() for band in AGE_BANDS}},
            "structure_given_degeneration": {
                level: {person: two() for person in ("none", "mild", "severe")} for level in LEVELS
            },
            "structure_given_lesion": {c: two() for c in self.some(self.causes, 0.4)},
            "numbering_shift": two((0.0, 0.2)),
        }

    def cluster(self, findings: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
        members = self.some([f for f in self.at("none") if self.kinds[f] == "lead" and self.width[f] == 1], 0.7)
        for member in members:
            findings[member]["cluster"] = "pattern"
            findings[member].pop("background")
        latent = {
            "background": self.number(self.share()),
            "given": {c: self.number(self.share()) for c in self.some(self.causes, 0.6)},
        }
        entries = {
            m: {"present_if_pattern": self.number(self.share()), "present_if_not": self.number(self.share())}
            for m in members
        }
        return [{"id": "pattern", "latent": latent, "members": entries}] if members else []

    def raw(self) -> dict[str, Any]:
        """The content of every file, by its name."""
        places = ["none", "level", *self.random.choices(("level", "vertebra", "side", "root_side", "none"), k=9)]
        causes = {name: self.cause(name, places[i]) for i, name in enumerate(self.causes)}
        if self.chance(0.6):
            causes["none_of_these"] = self.cause("none_of_these", "none")
            self.causes.append("none_of_these")
        groups = {g for body in causes.values() for g in body["groups"]}
        findings = {name: self.finding(name, groups) for name in self.findings}
        clusters = self.cluster(findings)
        general, signs = self.at("none"), self.at("side")

        def table(names: list[str], p: float) -> dict[str, Any]:
            return {f: self.number(self.states(self.width[f])) for f in self.some(names, p)}

        followed = [f for f in general if self.kinds[f] == "lead" and "cluster" not in findings[f]]
        files: dict[str, Any] = {
            "settings.yaml": {
                s: {
                    "ages": self.number([0.2, 0.25, 0.25, 0.15, 0.05]),
                    "female": self.weighted(),
                    "unstated": self.weighted(),
                }
                for s in SETTINGS
            },
            "anatomy/structure.yaml": self.structure(),
            "anatomy/expression.yaml": self.expression(),
            "anatomy/cauda_equina.yaml": {
                "incomplete": table(general, 0.5),
                "complete": table(general, 0.5),
                "replaces": table(followed, 0.5),
                "by_setting": {s: self.weight() for s in SETTINGS},
                "root_loss": {state: self.weight() for state in self.some(["incomplete", "complete"], 0.7)},
            },
            "findings/composites.yaml": [],
            "findings/clusters.yaml": clusters,
            "findings/one_side.yaml": [],
            "findings/restated.yaml": [],
            "findings/untold.yaml": {
                "few": self.number(2, 9),
                "full": self.number(8, 9),
                "examination": self.number(0.5, 9),
                "findings": {},
            },
        }
        for root in self.some(list(ROOTS), 0.6):
            files[f"anatomy/roots/{root}.yaml"] = {
                "id": root,
                "irritated": table(signs, 0.6),
                "conduction_loss": table(signs, 0.6),
            }
        files |= {f"causes/{name}.yaml": body for name, body in causes.items()}
        files |= {f"findings/history/{name}.yaml": body for name, body in findings.items()}
        return files


def small_knowledge(seed: int, causes: int, findings: int) -> Knowledge:
    """Knowledge with so many causes (2 or more; perhaps one unknown besides) and findings."""
    return parse_knowledge(Maker(seed, causes, findings).raw(), f"small-{seed}-{causes}-{findings}")


def small_evidence(seed: int, states: dict[str, tuple[str, ...]], count: int) -> dict[str, str | tuple[float, ...]]:
    """Random evidence on at most ``count`` findings: states by name, or likelihoods of the states."""
    source = random.Random(seed)
    chosen = source.sample(sorted(states), min(count, len(states)))
    evidence: dict[str, str | tuple[float, ...]] = {}
    for key in chosen:
        if source.random() < 0.3:
            evidence[key] = (*tuple(source.choice((0.0, 1.0, source.random())) for _ in states[key][1:]), 0.5)
        else:
            evidence[key] = source.choice(states[key])
    return evidence
