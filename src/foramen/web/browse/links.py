"""Addresses: where a thing of the knowledge is shown, and where a study can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from foramen.knowledge.schema import Knowledge

BASE = "/knowledge"
OTHER_FINDINGS = ("untold.yaml", "restated.yaml")


def link(kind: str, id: str) -> str:
    """Address of the page of a thing, such as ``link("causes", "disc_herniation")``."""
    return f"{BASE}/{kind}/{id}"


def where_link(knowledge: Knowledge, where: str) -> tuple[str, str]:
    """(address, words) of a place that ``Number.where`` or the list of uses names, such as
    ``causes/disc_herniation.yaml/share/primary_care/35-49``."""
    file, _, key = where.partition(".yaml")
    keys = [k for k in key.split("/") if k]
    folder, _, stem = file.partition("/")
    stem = stem.rpartition("/")[2]
    match folder:
        case "causes" | "treatments" | "red_flags":
            kind = folder.replace("_", "-")
            return link(kind, stem), _words(_name(knowledge, folder, stem), keys)
        case "findings" if f"{stem}.yaml" in OTHER_FINDINGS and keys and keys[0] in knowledge.findings:
            return link("findings", keys[0]), _words(knowledge.findings[keys[0]].name, [stem])
        case "findings" if stem == "clusters":
            return link("clusters", keys[0]), _words(f"Pattern: {keys[0].replace('_', ' ')}", keys[1:])
        case "findings" if stem in knowledge.findings:
            return link("findings", stem), _words(knowledge.findings[stem].name, _causes(knowledge, keys))
        case "anatomy" if "/roots/" in file:
            return link("roots", stem), _words(f"Root {stem}", _findings(knowledge, keys))
        case "anatomy" if stem == "cauda_equina":
            return link("roots", stem), _words("Cauda equina", _findings(knowledge, keys))
        case "course":
            return link("courses", stem), _words(knowledge.plan.courses[stem].name, keys)
        case "imaging_advice":
            return link("imaging", stem), _words(knowledge.plan.imaging[stem].name, keys)
    return f"{BASE}/other", _words((stem or folder).replace("_", " "), keys)


def _name(knowledge: Knowledge, folder: str, stem: str) -> str:
    if folder == "causes":
        return knowledge.causes[stem].name
    return (knowledge.plan.treatments if folder == "treatments" else knowledge.red_flags)[stem].name


def _causes(knowledge: Knowledge, keys: Iterable[str]) -> list[str]:
    return [knowledge.causes[k].name if k in knowledge.causes else k for k in keys]


def _findings(knowledge: Knowledge, keys: Iterable[str]) -> list[str]:
    return [knowledge.findings[k].name if k in knowledge.findings else k for k in keys]


def _words(name: str, keys: Iterable[str]) -> str:
    rest = ", ".join(k.replace("_", " ") for k in keys)
    return f"{name}: {rest}" if rest else name


def identifier_link(identifier: str) -> str:
    """Where a source with this identifier can be read; empty where the identifier leads nowhere by itself."""
    text = identifier.strip()
    if match := re.fullmatch(r"PMID:\s*(\d+)", text, re.IGNORECASE):
        return f"https://pubmed.ncbi.nlm.nih.gov/{match[1]}/"
    if match := re.fullmatch(r"doi:\s*(10\.\S+)", text, re.IGNORECASE):
        return f"https://doi.org/{match[1]}"
    if re.fullmatch(r"PMC\d+", text):
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{text}/"
    if re.fullmatch(r"NCT\d{8}", text):
        return f"https://clinicaltrials.gov/study/{text}"
    return ""
