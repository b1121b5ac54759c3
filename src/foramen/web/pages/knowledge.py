"""The knowledge browser: causes, findings, treatments, rules and sources, each number with its study.

These pages hold no patient data, so a browser may keep them for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from foramen.knowledge.loader import load_knowledge
from foramen.knowledge.schema import Knowledge
from foramen.web.browse import findings as finding_pages
from foramen.web.browse import plan as plan_pages
from foramen.web.browse.causes import cause_page
from foramen.web.browse.implied import FIRST, odds
from foramen.web.browse.links import link
from foramen.web.browse.overview import groups_of, overview, parts
from foramen.web.browse.search import KINDS, Entry, nearest, search
from foramen.web.browse.shown import percent
from foramen.web.browse.sources import source_page
from foramen.web.browse.treatments import treatment_page
from foramen.web.kept import kept
from foramen.web.templates import page

router = APIRouter(prefix="/knowledge")
LISTED = ("causes", "findings", "treatments", "red-flags", "sources", "imaging", "courses")
HELP = {"link": link, "percent": percent, "odds": odds, "first": FIRST}

Found = tuple[str, dict[str, Any]]  # template, values


def _finding(k: Knowledge, id: str) -> Found | None:
    if id in k.findings:
        return "finding.html", finding_pages.finding_page(k, k.findings[id])
    return ("composite.html", finding_pages.composite_page(k, k.composites[id])) if id in k.composites else None


def _root(k: Knowledge, id: str) -> Found | None:
    return ("root.html", finding_pages.root_page(k, id)) if id in (*k.roots, "cauda_equina") else None


def _source(k: Knowledge, id: str) -> Found | None:
    """A source, or the source of a figure, with that figure marked."""
    name = k.figures[id].source if id in k.figures else id
    return ("source.html", {**source_page(k, k.sources[name]), "marked": id}) if name in k.sources else None


def _of(
    template: str, things: Callable[[Knowledge], Mapping[str, Any]], make: Callable[[Knowledge, Any], dict[str, Any]]
) -> Callable[[Knowledge, str], Found | None]:
    return lambda k, id: (template, make(k, things(k)[id])) if id in things(k) else None


ONE: Mapping[str, Callable[[Knowledge, str], Found | None]] = {
    "causes": _of("cause.html", lambda k: k.causes, cause_page),
    "findings": _finding,
    "treatments": _of("treatment.html", lambda k: k.plan.treatments, treatment_page),
    "red-flags": _of("rule.html", lambda k: k.red_flags, plan_pages.rule_page),
    "imaging": _of("imaging.html", lambda k: k.plan.imaging, plan_pages.imaging_page),
    "courses": _of("course.html", lambda k: k.plan.courses, plan_pages.course_page),
    "clusters": _of("cluster.html", lambda k: k.clusters, finding_pages.cluster_page),
    "roots": _root,
    "sources": _source,
}
ALL: Mapping[str, Callable[[Knowledge], dict[str, Any]]] = {
    "guidelines": plan_pages.guidelines_page,
    "conditions": plan_pages.conditions_page,
    "medicines": plan_pages.medicines_page,
    "other": finding_pages.other_page,
}


@router.get("")
def front(request: Request, q: str = "", kind: str = "") -> Response:
    """How much is known and from where; with ``q`` what was looked for."""
    values = {**overview(), **_results(q, kind), "parts": parts}
    return kept(request, "knowledge/front.html", **HELP, **values)


@router.get("/results")
def results(request: Request, q: str = "", kind: str = "") -> Response:
    """What was looked for, as a part of the front page."""
    return kept(request, "knowledge/_answer.html", **HELP, **_results(q, kind))


def _results(q: str, kind: str) -> dict[str, Any]:
    kind = kind if kind in KINDS else ""
    found, near = search(q, kind)
    groups: dict[str, list[Entry]] = {}
    for entry in found:
        groups.setdefault(entry.kind, []).append(entry)
    return {"q": q.strip()[:100], "kind": kind, "kinds": KINDS, "groups": groups, "near": near, "found": len(found)}


@router.get("/{kind}")
def list_of(request: Request, kind: str, group: str = "") -> Response:
    """Everything of one kind, by group."""
    knowledge = load_knowledge()
    if kind in ALL:
        return kept(request, f"knowledge/{kind}.html", **HELP, **ALL[kind](knowledge))
    if kind not in LISTED:
        return _missing(request, "", kind)
    groups = groups_of(knowledge, kind)
    shown = {group: groups[group]} if group in groups else groups
    values: dict[str, Any] = {"kind": kind, "names": list(groups), "groups": shown, "group": group}
    if kind == "red-flags":
        values["thresholds"] = plan_pages.thresholds(knowledge)
    return kept(request, "knowledge/list.html", **HELP, **values)


@router.get("/{kind}/{id}")
def one(request: Request, kind: str, id: str) -> Response:
    """One thing of the knowledge."""
    knowledge = load_knowledge()
    found = ONE[kind](knowledge, id) if kind in ONE else None
    if found is None:
        return _missing(request, kind, id)
    template, values = found
    return kept(request, f"knowledge/{template}", **HELP, **values)


def _missing(request: Request, kind: str, id: str) -> Response:
    return page(request, "knowledge/missing.html", status=404, id=id[:80], near=nearest(id, kind))
