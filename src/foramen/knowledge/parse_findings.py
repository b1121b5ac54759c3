"""Parse finding files, composites and clusters."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from foramen.anatomy import ZONES
from foramen.errors import KnowledgeError
from foramen.knowledge.numbers import Number
from foramen.knowledge.schema import (
    Cluster,
    Composite,
    Finding,
    ProfileClass,
    Restated,
    SagittalProfile,
    Silent,
    Source,
)

if TYPE_CHECKING:
    from foramen.knowledge.parse import Reader

SITES = ("none", "side", "level", "level_side", "vertebra", "root_side")
DEGREES = ("spared", "mild", "marked")  # in which the signs that a disease produces itself come and go together
KINDS = ("sign", "lead", "risk_factor", "lateral")
LATERAL = ("elsewhere", "both", "here")  # where a complaint lies, seen from one side
BURDENS = ("question", "examination", "laboratory", "xray", "mri", "edx", "procedure")


def parse_finding(body: Mapping[str, Any], name: str, reader: Reader, causes: set[str], groups: set[str]) -> Finding:
    """One finding file. Raises ``KnowledgeError`` naming file and key."""
    try:
        states = tuple(str(s) for s in body.get("states", ("absent", "present")))
        for key, allowed in (("site", SITES), ("kind", KINDS), ("burden", BURDENS)):
            if body.get(key, "none") not in allowed:
                raise KnowledgeError(f"{name}/{key}: {body.get(key)!r} is not one of {', '.join(allowed)}")
        given = reader.table(body.get("given"), f"{name}/given")
        for key in given:
            cause, _, zone = key.partition("/")
            if (cause not in causes and cause not in groups) or (zone and zone not in ZONES):
                raise KnowledgeError(f"{name}/given/{key}: no such cause, @group or cause/zone")
        finding = Finding(
            id=str(body["id"]),
            name=str(body["name"]),
            category=str(body["category"]),
            site=str(body.get("site", "none")),
            states=states,
            question=str(body.get("question", "")),
            how=str(body.get("how", "")),
            kind=str(body["kind"]),
            burden=str(body["burden"]),
            background=reader.by_age(body["background"], f"{name}/background") if "background" in body else None,
            given=given,
            instead=reader.table(body.get("instead"), f"{name}/instead"),
            roots=reader.table(body.get("roots"), f"{name}/roots"),
            shared_leak=reader.by_age(body["shared_leak"], f"{name}/shared_leak") if "shared_leak" in body else None,
            cluster=body.get("cluster"),
            visible_on=tuple(body.get("visible_on", ())),
            regions=tuple(body.get("regions", ())),
            mention=reader.number(body["mention"], f"{name}/mention") if "mention" in body else None,
            headline=reader.number(body["headline"], f"{name}/headline", weight=True) if "headline" in body else None,
            silent=_silent(body["silent"], f"{name}/silent", reader, len(states)) if "silent" in body else None,
            unreliable_before_weeks=body.get("unreliable_before_weeks"),
            from_age=body.get("from_age"),
            supposes=tuple(body.get("supposes", ())),
            words=_words(body.get("words", {}), states, f"{name}/words"),
            score=_score(body.get("score", {}), body.get("site", "none"), states, f"{name}/score"),
            lateral=reader.table(body.get("lateral"), f"{name}/lateral"),
        )
    except KeyError as error:
        raise KnowledgeError(f"{name}: key {error} is missing") from None
    if finding.kind == "lateral" or finding.lateral:
        others = {"given", "background", "silent", "cluster", "roots", "instead", "shared_leak"} & body.keys()
        shape = (finding.kind, finding.site, len(states), sorted(finding.lateral), others)
        if shape != ("lateral", "side", 2, sorted(LATERAL), set()):
            raise KnowledgeError(
                f"{name}: a lateral finding has a side, two states and lateral ({', '.join(LATERAL)}) alone"
            )
    elif finding.background is None and finding.silent is None and finding.cluster is None:
        raise KnowledgeError(f"{name}: needs background, silent or cluster")
    checked = [*finding.given.values(), *finding.instead.values(), *finding.roots.values(), *finding.lateral.values()]
    checked += [
        *(finding.shared_leak or ()),
        *(finding.background or ()),
        *([finding.headline] if finding.headline else []),
    ]
    for number in checked:
        if len(number.p) != len(states) - 1:
            raise KnowledgeError(f"{number.where}: needs {len(states) - 1} numbers, one per abnormal state")
    return finding


def _silent(body: Mapping[str, Any], where: str, reader: Reader, states: int) -> Silent:
    split = tuple(float(x) for x in body.get("split", [1.0]))
    if len(split) != states - 1 or abs(sum(split) - 1) > 1e-6:
        raise KnowledgeError(f"{where}/split: needs {states - 1} shares that sum to 1")
    preserved, moderate, severe = (float(x) for x in body["follows_degeneration"])
    return Silent(
        reader.by_age(body["per_person"], f"{where}/per_person"),
        {str(k): float(v) for k, v in body["level_weight"].items()},
        (preserved, moderate, severe),
        split,
    )


def _words(raw: Mapping[str, Sequence[str]], states: Sequence[str], where: str) -> dict[str, tuple[str, ...]]:
    """Usual words for states (``moderate``) and the states that each leaves open."""
    for word, meant in raw.items():
        if word in states or not meant or any(state not in states for state in meant):
            raise KnowledgeError(f"{where}/{word}: needs states of the finding and is none itself")
    return {str(word): tuple(meant) for word, meant in raw.items()}


def _score(
    raw: Mapping[str, Sequence[float]], site: str, states: Sequence[str], where: str
) -> dict[str, tuple[float, ...]]:
    """Scores that say the same as a finding: from which value on each abnormal state holds."""
    for bounds in raw.values():
        if site != "none" or len(bounds) != len(states) - 1 or list(bounds) != sorted(set(bounds)):
            raise KnowledgeError(f"{where}: needs no place and {len(states) - 1} rising bounds, one per abnormal state")
    return {str(score): tuple(map(float, bounds)) for score, bounds in raw.items()}


def parse_composites(raw: Any, findings: Mapping[str, Finding]) -> dict[str, Composite]:
    """Composites: each names findings that exist and share its site (or refine it)."""
    rows = raw["composites"] if isinstance(raw, Mapping) and "composites" in raw else raw
    out: dict[str, Composite] = {}
    for row in rows:
        if unknown := [f for f in row["any_of"] if f not in findings]:
            raise KnowledgeError(f"findings/composites.yaml/{row['id']}: unknown findings {unknown}")
        out[row["id"]] = Composite(row["id"], row["name"], row["site"], tuple(row["any_of"]))
    return out


def parse_search_words(raw: Mapping[str, Sequence[str]], known: Container[str]) -> dict[str, tuple[str, ...]]:
    """Words that findings are looked for by, with the findings and composites that each may mean."""
    for word, names in raw.items():
        if unknown := [f for f in names if f not in known]:
            raise KnowledgeError(f"findings/search_words.yaml/{word}: unknown findings {unknown}")
    return {str(word).lower(): tuple(names) for word, names in raw.items()}


def parse_clusters(raw: Any, reader: Reader, findings: Mapping[str, Finding]) -> dict[str, Cluster]:
    """Clusters of lead findings. Every member says in its own file that it belongs to the cluster."""
    rows = raw["clusters"] if isinstance(raw, Mapping) and "clusters" in raw else raw
    out: dict[str, Cluster] = {}
    for row in rows:
        where = f"findings/clusters.yaml/{row['id']}"
        latent = row["latent"]
        members: dict[str, tuple[Number, Number]] = {}
        entries = row["members"]
        items = entries.items() if isinstance(entries, Mapping) else ((m["id"], m) for m in entries)
        for member, body in items:
            if member not in findings or findings[member].cluster != row["id"]:
                raise KnowledgeError(f"{where}: {member} does not say 'cluster: {row['id']}'")
            members[member] = (
                reader.number(body["present_if_pattern"], f"{where}/{member}/present_if_pattern"),
                reader.number(body["present_if_not"], f"{where}/{member}/present_if_not"),
            )
        out[row["id"]] = Cluster(
            row["id"],
            reader.number(latent["background"], f"{where}/latent/background"),
            reader.table(latent["given"], f"{where}/latent/given"),
            members,
            str(row.get("note", "")),
        )
    return out


def parse_expression(raw: Any, findings: Mapping[str, Finding], causes: set[str]) -> dict[str, Mapping[str, Any]]:
    """Families of signs that come and go together. Averaged over the latent every factor must be 1.

    ``causes``: causes and @groups there are.
    """
    for name, family in (raw or {}).items():
        where = f"anatomy/expression.yaml/{name}"
        members, follow, latent = family["members"], family.get("follow", {}), family["latent"]
        for member in members:
            if member not in findings or findings[member].site != "side" or findings[member].kind != "sign":
                raise KnowledgeError(f"{where}: {member} is no sign with a side")
        for member in follow:
            if member not in members or len(findings[member].states) != 2:
                raise KnowledgeError(f"{where}/follow: {member} is no member that is only present or absent")
        total = sum(z["weight"] for z in latent)
        if unknown := [name for name in family.get("diseases", ()) if name not in causes]:
            raise KnowledgeError(f"{where}/diseases: no such cause or @group: {unknown}")
        outside = family.get("outside") or {}
        if unknown := [name for name in outside if name not in causes]:
            raise KnowledgeError(f"{where}/outside: no such cause: {unknown}")
        if unknown := [sign for signs in outside.values() for sign in signs if sign not in members]:
            raise KnowledgeError(f"{where}/outside: no members of the family: {unknown}")
        if "cause_powers" in family or "root_powers" in family:
            _check_degrees(family, latent, total, where)
        if "root_powers" in family:
            _check_root_powers(family["root_powers"], [findings[m] for m in members if m not in follow], where)
        tilted = () if "root_powers" in family else range(len(latent[0]["root_tilt"]))
        factors = {f"root_tilt {k}": [z["root_tilt"][k] for z in latent] for k in tilted}
        factors |= {key: [z[key] for z in latent] for key in ("leak_tilt", *dict.fromkeys(follow.values()))}
        for key, tilts in factors.items():
            mean = sum(z["weight"] * tilt for z, tilt in zip(latent, tilts, strict=True)) / total
            if abs(mean - 1) > 0.01:
                raise KnowledgeError(f"{where}: {key} averages to {mean:.3f}, not to 1")
    return dict(raw or {})


def _check_degrees(family: Mapping[str, Any], latent: Sequence[Mapping[str, Any]], total: float, where: str) -> None:
    """Every degree occurs, and the powers keep P(marked) from falling as P rises."""
    weight = {name: sum(z["weight"] for z in latent if z.get("cause") == name) / total for name in DEGREES}
    if abs(sum(weight.values()) - 1) > 1e-9 or not all(weight.values()):
        raise KnowledgeError(f"{where}/latent: each needs a cause of {', '.join(DEGREES)}, and each of these occurs")
    a, b = map(float, family.get("cause_powers", (1, 1)))
    if a < 1 or b < 1 or a * weight["spared"] > 1 or b * weight["mild"] > 1 - weight["spared"]:
        raise KnowledgeError(f"{where}/cause_powers: {a:g} or {b:g} is below 1 or too large for the weights")


def _check_root_powers(powers: Sequence[float], members: Sequence[Finding], where: str) -> None:
    """A power for each abnormal state, none below 1; a worse state has no smaller one."""
    needed = max((len(f.states) - 1 for f in members), default=0)
    if len(powers) < needed or list(powers) != sorted(powers) or any(b < 1 for b in powers):
        raise KnowledgeError(f"{where}/root_powers: needs {needed} numbers from 1 up, none below the one before it")


def parse_untold(raw: Any, reader: Reader, findings: Mapping[str, Finding]) -> dict[str, Number]:
    """Salient events: P(told in a full account | each abnormal state)."""
    out: dict[str, Number] = {}
    for name, body in raw.items():
        where = f"findings/untold.yaml/{name}"
        if name not in findings or findings[name].site != "none":
            raise KnowledgeError(f"{where}: no finding without a place")
        out[name] = reader.number(body, where, weight=True)
        if len(out[name].p) != len(findings[name].states) - 1 or max(out[name].p) > 1:
            raise KnowledgeError(f"{where}: needs one probability per abnormal state")
    return out


def parse_restated(raw: Any, reader: Reader, findings: Mapping[str, Finding]) -> dict[str, Restated]:
    """Findings that others bring along; the others are without a place."""
    out: dict[str, Restated] = {}
    for row in raw:
        name, after = row["finding"], frozenset(row["after"])
        where = f"findings/restated.yaml/{name}"
        if name not in findings:
            raise KnowledgeError(f"{where}: no such finding")
        if odd := [f for f in sorted(after) if f not in findings or findings[f].site != "none"]:
            raise KnowledgeError(f"{where}: no findings without a place: {odd}")
        still = reader.number(row["still"], f"{where}/still") if "still" in row else None
        number = {key: value for key, value in row.items() if key != "still"}
        out[name] = Restated(after, reader.number(number, where), still)
        if len(out[name].brought.p) != len(findings[name].states) - 1:
            raise KnowledgeError(f"{where}: needs one number per abnormal state")
    return out


def parse_sagittal(
    raw: Any, reader: Reader, findings: Mapping[str, Finding], sources: Mapping[str, Source]
) -> SagittalProfile | None:
    """Densities of measures of pelvis and lordosis; None where a knowledge base has none."""
    if raw is None:
        return None
    where = "findings/sagittal_profile.yaml"
    try:
        finding, measures = str(raw["finding"]), tuple(raw["measures"])
        named = [finding, *raw["said_by"].values(), *raw["nothing_after"]]
        if unknown := [f for f in named if f not in findings]:
            raise KnowledgeError(f"{where}: unknown findings {unknown}")
        if raw["source"] not in sources:
            raise KnowledgeError(f"{where}/source: no source {raw['source']!r}")
        rows = raw["classes"]
        if tuple(rows) != findings[finding].states or findings[finding].site != "none":
            raise KnowledgeError(f"{where}/classes: must be the states of {finding}, which has no place")
        exponent = reader.number(raw["exponent"], f"{where}/exponent")
        if exponent.range is None or not 0 < exponent.range[0] <= exponent.range[1] < 1:
            raise KnowledgeError(f"{where}/exponent: needs a range between 0 and 1")
        return SagittalProfile(
            finding,
            raw["source"],
            measures,
            {name: (float(low), float(high)) for name, (low, high) in raw["range"].items()},
            tuple(
                _profile_class(state, body, len(measures), f"{where}/classes/{state}") for state, body in rows.items()
            ),
            exponent,
            dict(raw["said_by"]),
            tuple(raw["nothing_after"]),
        )
    except KeyError as error:
        raise KnowledgeError(f"{where}: key {error} is missing") from None


def _profile_class(state: str, body: Mapping[str, Any], size: int, where: str) -> ProfileClass:
    mean, covariance = np.array(body["mean"], dtype=float), np.array(body["covariance"], dtype=float)
    if mean.shape != (size,) or covariance.shape != (size, size):
        raise KnowledgeError(f"{where}: needs {size} means and a covariance of {size} by {size}")
    if not np.array_equal(covariance, covariance.T) or np.linalg.eigvalsh(covariance).min() <= 0:
        raise KnowledgeError(f"{where}/covariance: must be symmetric and positive definite")
    return ProfileClass(state, int(body["n"]), tuple(mean.tolist()), tuple(tuple(row) for row in covariance.tolist()))
