"""Turn evidence tables (CSV) into source files: one source a file, each with the figures read or recalled from it.

Usage: python scripts/import_evidence.py TABLE.csv [TABLE.csv ...]
Adds to src/foramen/knowledge/sources/; figures that stand there already are left as they are. The tables' columns
are those of the source files.
"""

from __future__ import annotations

import csv
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import yaml

TARGET = Path(__file__).parent.parent / "src" / "foramen" / "knowledge" / "sources"
TEXTS = ("topic", "finding", "condition", "population", "reference_standard")


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", plain.lower())).strip("_")[:60].strip("_")


def number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None


def figure(row: dict[str, str]) -> dict[str, Any]:
    out: dict[str, Any] = {"id": row["id"], "quantity": row["quantity"]}
    out |= {key: row[key] for key in TEXTS if row[key]}
    if (value := number(row["value"])) is not None:
        out["value"] = value
    elif row["value"]:
        out["stated"] = row["value"]
    low, high = number(row["ci_low"]), number(row["ci_high"])
    if low is not None and high is not None:
        out["ci" if "value" in out else "span"] = [low, high]
    if (n := number(row["n"])) is not None:
        out["n"] = int(n)
    if row["counts"]:
        out["counts"] = row["counts"]
    out["read"] = row["verified"].strip().lower() == "yes"
    if row["url"]:
        out["url"] = row["url"]
    if row["note"]:
        out["note"] = row["note"]
    return out


def existing() -> tuple[dict[str, dict[str, Any]], set[str]]:
    """Sources by id as they stand in the folder, and the ids of their figures."""
    sources = {}
    for path in sorted(TARGET.glob("*.yaml")):
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
        sources[body["id"]] = body
    return sources, {row["id"] for body in sources.values() for row in body.get("figures", [])}


def main(tables: list[str]) -> None:
    sources, ids = existing()
    touched: set[str] = set()
    for table in tables:
        with open(table, newline="", encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                if row["id"] in ids:
                    continue
                ids.add(row["id"])
                key = slug(row["source"]) or slug(row["identifier"]) or "unnamed"
                touched.add(key)
                entry = sources.setdefault(
                    key, {"id": key, "citation": row["source"], "identifiers": [], "figures": []}
                )
                if year := re.search(r"\b(19|20)\d\d\b", row["source"]):
                    entry["year"] = int(year.group())
                identifiers = entry.setdefault("identifiers", [])
                if row["identifier"] and row["identifier"] not in identifiers:
                    identifiers.append(row["identifier"])
                entry.setdefault("figures", []).append(figure(row))
    TARGET.mkdir(parents=True, exist_ok=True)
    for key in sorted(touched):
        ordered = {
            k: sources[key][k] for k in ("id", "citation", "year", "identifiers", "figures") if sources[key].get(k)
        }
        text = yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=110)
        (TARGET / f"{key}.yaml").write_text(text, encoding="utf-8")
    print(f"{len(touched)} sources written, {len(sources)} in all, {len(ids)} figures")


if __name__ == "__main__":
    main(sys.argv[1:])
