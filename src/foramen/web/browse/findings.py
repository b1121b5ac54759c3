"""The pages of a finding, a composite, a cluster and a root."""

from __future__ import annotations

from typing import Any

from foramen.anatomy import ROOTS
from foramen.knowledge.numbers import Number
from foramen.knowledge.rule_words import in_words, named
from foramen.knowledge.schema import Cluster, Composite, Finding, Knowledge
from foramen.web.browse.causes import background_of
from foramen.web.browse.implied import effects_of_finding
from foramen.web.browse.links import link
from foramen.web.browse.shown import Quantity, by_age, quantity

Row = tuple[str, str, Quantity]  # address, words, number


def finding_page(knowledge: Knowledge, f: Finding) -> dict[str, Any]:
    """Values of the template."""
    states = f.states[1:]

    def number(n: Number | None, *names: str) -> Quantity | None:
        return quantity(knowledge, n, names or states) if n else None

    background = background_of(knowledge, f)
    cluster = knowledge.clusters.get(f.cluster or "")
    return {
        "finding": f,
        "background": by_age(knowledge, f.background, states) if f.background else [],
        "background_now": number(background),
        "silent": by_age(knowledge, f.silent.per_person) if f.silent else [],
        "level_weight": sorted(f.silent.level_weight.items()) if f.silent else [],
        "shared_leak": by_age(knowledge, f.shared_leak, states) if f.shared_leak else [],
        "given": sorted((_given(knowledge, k, n, states) for k, n in f.given.items()), key=lambda r: -r[2].at),
        "instead": [_given(knowledge, k, n, states) for k, n in f.instead.items()],
        "lateral": [(where, number(f.lateral[where])) for where in ("here", "both", "elsewhere") if where in f.lateral],
        "own_roots": [(k, number(n)) for k, n in f.roots.items()],
        "roots": [
            (r, number(knowledge.roots[r].irritated.get(f.id)), number(knowledge.roots[r].conduction_loss.get(f.id)))
            for r in ROOTS
            if f.id in knowledge.roots[r].irritated or f.id in knowledge.roots[r].conduction_loss
        ],
        "cauda": [(s, number(t[f.id])) for s, t in knowledge.cauda.items() if f.id in t],
        "cauda_lead": number(knowledge.cauda_lead.get(f.id)),
        "cluster": cluster,
        "member": [quantity(knowledge, n) for n in cluster.members[f.id]] if cluster else [],
        "families": [name for name, spec in knowledge.expression.items() if f.id in spec["members"]],  # type: ignore[operator]
        "composites": [c for c in knowledge.composites.values() if f.id in c.any_of],
        "mention": number(f.mention),
        "headline": number(f.headline),
        "untold": number(knowledge.untold.get(f.id)),
        "restated": number(knowledge.restated[f.id].brought) if f.id in knowledge.restated else None,
        "restated_after": [knowledge.findings[x] for x in sorted(knowledge.restated[f.id].after)]
        if f.id in knowledge.restated
        else [],
        "rules": rules_naming(knowledge, f.id),
        "expressed_by": [c for c in knowledge.causes.values() if f.id in c.expresses],
        "effects": effects_of_finding(knowledge, f.id),
        "causes": knowledge.causes,
    }


def _given(knowledge: Knowledge, key: str, n: Number, states: tuple[str, ...]) -> Row:
    name, _, zone = key.partition("/")
    where = f", {zone}" if zone else ""
    if name.startswith("@"):
        return f"/knowledge/causes?group={name[1:]}", f"group: {name[1:]}{where}", quantity(knowledge, n, states)
    return link("causes", name), knowledge.causes[name].name + where, quantity(knowledge, n, states)


def rules_naming(knowledge: Knowledge, id: str) -> list[Any]:
    """Red-flag rules whose condition or questions name a finding."""
    return [r for r in knowledge.red_flags.values() if id in r.ask or id in named(in_words(r.when, knowledge))]


def composite_page(knowledge: Knowledge, c: Composite) -> dict[str, Any]:
    """Values of the template."""
    return {
        "composite": c,
        "members": [knowledge.findings[f] for f in c.any_of],
        "rules": rules_naming(knowledge, c.id),
    }


def cluster_page(knowledge: Knowledge, c: Cluster) -> dict[str, Any]:
    """Values of the template."""
    return {
        "cluster": c,
        "background": quantity(knowledge, c.background),
        "given": sorted((_given(knowledge, k, n, ()) for k, n in c.given.items()), key=lambda r: -r[2].at),
        "members": [
            (knowledge.findings[m], quantity(knowledge, yes), quantity(knowledge, no))
            for m, (yes, no) in c.members.items()
        ],
    }


def root_page(knowledge: Knowledge, id: str) -> dict[str, Any]:
    """Values of the template: a root, or ``cauda_equina``."""
    if id == "cauda_equina":
        columns = [(name.replace("_", " "), table) for name, table in knowledge.cauda.items()]
        columns.append(("course, whatever compresses it", knowledge.cauda_lead))
        words: dict[str, str] = {"name": "Cauda equina, sacral fibres S2 to S4"}
    else:
        root = knowledge.roots[id]
        columns = [("irritated", root.irritated), ("conduction lost", root.conduction_loss)]
        words = dict(root.words)
    tables = []
    for name, table in columns:
        rows = [
            (knowledge.findings[f], quantity(knowledge, n, knowledge.findings[f].states[1:])) for f, n in table.items()
        ]
        tables.append((name, sorted(rows, key=lambda r: -r[1].at)))
    extra = []
    if id == "cauda_equina":
        extra = [(f"{s.replace('_', ' ')}", quantity(knowledge, n)) for s, n in knowledge.cauda_by_setting.items()]
        extra += [(f"root loss, {s}", quantity(knowledge, n)) for s, n in knowledge.cauda_root_loss.items()]
    return {"id": id, "words": words, "tables": tables, "extra": extra}


def other_page(knowledge: Knowledge) -> dict[str, Any]:
    """Numbers that belong to no cause, finding or root: who consults, wear of the levels, how accounts are told."""
    sections: dict[str, list[tuple[str, Quantity]]] = {}
    seen: set[int] = set()
    titles = {
        "settings.yaml": "Who consults",
        "anatomy/structure.yaml": "Wear of the levels",
        "findings/one_side.yaml": "What naming one side says of the other",
        "findings/untold.yaml": "What makes an account full",
        "findings/restated.yaml": "How much a denial still says beside another",
        "findings/sagittal_profile.yaml": "How much X-ray measures of pelvis and lordosis say",
    }
    for n in knowledge.numbers:
        file = n.where.partition(".yaml")[0] + ".yaml"
        if file not in titles or id(n) in seen:
            continue
        key = n.where.removeprefix(file + "/")
        if file == "findings/untold.yaml" and key not in ("few", "full", "examination"):
            continue
        if file == "findings/restated.yaml" and not key.endswith("/still"):
            continue  # stands on the finding's own page
        seen.add(id(n))
        states = ("18-34", "35-49", "50-64", "65-79", "80+") if key.endswith("/ages") else ()
        sections.setdefault(titles[file], []).append(
            (key.replace("/", ", ").replace("_", " "), quantity(knowledge, n, states))
        )
    return {"sections": sections, "families": knowledge.expression}
