"""Read the knowledge folder. Content is hashed (the knowledge version); YAML is read once per version.

Reading several hundred YAML files takes seconds, so their plain content is kept as one JSON file, named by
the version, in the user's cache folder (``FORAMEN_CACHE`` or ``XDG_CACHE_HOME``). A cache that cannot be
written or read is simply not used.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from foramen.errors import KnowledgeError
from foramen.knowledge.schema import Knowledge

FOLDER = Path(__file__).parent


@lru_cache(maxsize=2)
def load_knowledge(folder: str | Path | None = None) -> Knowledge:
    """The knowledge in ``folder`` (default: the one shipped), parsed and validated.

    Raises ``KnowledgeError`` naming the file and key of the first fault.
    """
    from foramen.knowledge.parse import parse_knowledge

    root = Path(folder) if folder else FOLDER
    seen = _stamp(root)
    known = _version_of(seen)
    if known and (kept := _kept(known)) is not None:
        return kept
    version, contents = _read_bytes(root)
    knowledge = _kept(version)
    if knowledge is None:
        raw = _read_yaml(contents)
        knowledge = parse_knowledge(raw, version)
        _keep(raw, version)  # only what was read without a fault
    _write(cache_folder() / f"stamp-{seen}.txt", version)
    return knowledge


def check_knowledge(folder: str | Path | None = None) -> Knowledge:
    """The knowledge as it stands in the files, every number checked: no cache is trusted.

    Raises ``KnowledgeError`` as ``load_knowledge`` does.
    """
    from foramen.knowledge.parse import parse_knowledge

    version, contents = _read_bytes(Path(folder) if folder else FOLDER)
    return parse_knowledge(_read_yaml(contents), version)


def _files(root: Path) -> list[str]:
    names: list[str] = []
    for where, _, files in os.walk(root):
        names += [os.path.join(where, name) for name in files if name.endswith(".yaml")]
    return sorted(names)


def _stamp(root: Path) -> str:
    """A hash of the files' names, sizes and times: as long as it is the same, their content need not be read."""
    digest = hashlib.sha256()
    for name in _files(root):
        stat = os.stat(name)
        digest.update(f"{name}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


def _version_of(stamp: str) -> str:
    try:
        return (cache_folder() / f"stamp-{stamp}.txt").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def _read_bytes(root: Path) -> tuple[str, dict[str, bytes]]:
    digest = hashlib.sha256()
    contents: dict[str, bytes] = {}
    for name in _files(root):
        with open(name, "rb") as handle:
            body = handle.read()
        relative = os.path.relpath(name, root).replace(os.sep, "/")
        contents[relative] = body
        digest.update(relative.encode() + b"\0" + body + b"\0")
    if not contents:
        raise KnowledgeError(f"{root}: no knowledge files (*.yaml) here")
    return digest.hexdigest()[:12], contents


def cache_folder() -> Path:
    """Where what can be computed again is kept between runs."""
    base = os.environ.get("FORAMEN_CACHE")
    if base:
        return Path(base)
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(home) / "foramen"


def _cache_file(version: str) -> Path:
    return cache_folder() / f"knowledge-{version}.json"


def _kept(version: str) -> Knowledge | None:
    """The knowledge in the cache; None where it holds none, or none that can be used."""
    from foramen.knowledge.parse import parse_knowledge

    try:
        return parse_knowledge(json.loads(_cache_file(version).read_text(encoding="utf-8")), version, checked=True)
    except Exception:  # whatever stands there, it can be read anew
        return None


def _read_yaml(contents: dict[str, bytes]) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: dict[str, Any] = {}
    for name, body in contents.items():
        try:
            raw[name] = yaml.load(body, Loader=loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = f" line {mark.line + 1}" if mark else ""
            raise KnowledgeError(f"{name}{place}: not valid YAML") from None
    return raw


def _keep(raw: dict[str, Any], version: str) -> None:
    try:
        slim = {name: _slim(body) if name.startswith("sources/") else body for name, body in raw.items()}
        _write(_cache_file(version), json.dumps(slim, ensure_ascii=False, separators=(",", ":")))
    except TypeError:
        pass  # the cache only saves time


def _slim(source: dict[str, Any]) -> dict[str, Any]:
    """A source without what only its readers need (addresses, notes)."""
    rows = [{k: v for k, v in row.items() if k not in ("url", "note")} for row in source.get("figures", [])]
    return {**source, "figures": rows}


def _write(target: Path, text: str) -> None:
    """Write a file of the cache, whole or not at all; a cache that cannot be written is not used."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(temporary, target)
    except OSError:
        pass  # the cache only saves time
