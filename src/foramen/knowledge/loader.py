"""Read the knowledge folder. Content is hashed (the knowledge version); YAML is read once per version.

Reading several hundred YAML files takes seconds, so their plain content is kept as one JSON file, named by
the version, in the user's cache folder (``knowledge.cache``).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from foramen.errors import KnowledgeError, one_line
from foramen.knowledge.cache import cache_folder, keep
from foramen.knowledge.files import Files
from foramen.knowledge.parse import parse_knowledge
from foramen.knowledge.schema import Knowledge

FOLDER = Path(__file__).parent


def load_knowledge(folder: str | PathLike[str] | None = None) -> Knowledge:
    """The knowledge in ``folder`` (default: the one shipped), parsed and validated.

    It is read once; a folder that is named is read again when a file of it has changed.
    Raises ``KnowledgeError`` naming the folder that is none, or the file and key of the first fault.
    """
    if folder is None:
        return shipped()
    root = _root(folder)
    return loaded(root, _stamp(root))


@lru_cache(maxsize=1)
def shipped() -> Knowledge:
    """The shipped knowledge: its files do not change while a process runs."""
    return loaded(FOLDER, _stamp(FOLDER))


@lru_cache(maxsize=2)
def loaded(root: Path, stamp: str) -> Knowledge:
    """The knowledge of a folder whose files have the given stamp. Raises ``KnowledgeError``."""
    known = _version_of(stamp)
    if known and (kept := _kept(known)) is not None:
        return kept
    version, contents = _read_bytes(root)
    knowledge = _kept(version)
    if knowledge is None:
        raw = _read_yaml(contents)
        knowledge = parse_knowledge(Files(raw, str(root)), version)
        _keep(raw, version)  # only what was read without a fault
    _write(cache_folder() / f"stamp-{stamp}.txt", version)
    return knowledge


def check_knowledge(folder: str | PathLike[str] | None = None) -> Knowledge:
    """The knowledge as it stands in the files, every number checked: no cache is trusted.

    Raises ``KnowledgeError`` as ``load_knowledge`` does.
    """
    root = FOLDER if folder is None else _root(folder)
    version, contents = _read_bytes(root)
    return parse_knowledge(Files(_read_yaml(contents), str(root)), version)


def _root(folder: Any) -> Path:
    """The folder as a path. Raises ``KnowledgeError`` for what names none."""
    if not isinstance(folder, str | PathLike) or not isinstance(path := fspath(folder), str):
        raise KnowledgeError(
            f"knowledge is read from a folder, named as text or as a path, not as {type(folder).__name__}"
        )
    if not path:
        raise KnowledgeError("the folder of the knowledge has no name; leave it out for the shipped knowledge")
    root = Path(path)
    try:
        if root.is_file():
            raise KnowledgeError(f"{root}: this is a file; name the folder that holds the knowledge files")
        there = root.is_dir()
    except (OSError, ValueError):  # too long, or with signs that no name has
        there = False
    if not there:
        raise KnowledgeError(f"{one_line(path)[:200]}: no such folder")
    return root


def _files(root: Path) -> list[str]:
    names: list[str] = []
    for where, _, files in os.walk(root):
        names += [os.path.join(where, name) for name in files if name.endswith(".yaml")]
    return sorted(names)


def _stamp(root: Path) -> str:
    """A hash of the files' names, sizes and times: as long as it is the same, their content need not be read."""
    digest = hashlib.sha256()
    for name in _files(root):
        with _readable(name):
            stat = os.stat(name)
        digest.update(f"{name}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KnowledgeError(f"{name}: cannot be read ({error.strerror})") from None


def _version_of(stamp: str) -> str:
    try:
        return (cache_folder() / f"stamp-{stamp}.txt").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def _read_bytes(root: Path) -> tuple[str, dict[str, bytes]]:
    digest = hashlib.sha256()
    contents: dict[str, bytes] = {}
    for name in _files(root):
        with _readable(name), open(name, "rb") as handle:
            body = handle.read()
        relative = os.path.relpath(name, root).replace(os.sep, "/")
        contents[relative] = body
        digest.update(relative.encode() + b"\0" + body + b"\0")
    if not contents:
        raise KnowledgeError(f"{root}: no knowledge files (*.yaml) here")
    return digest.hexdigest()[:12], contents


def _cache_file(version: str) -> Path:
    return cache_folder() / f"knowledge-{version}.json"


def _kept(version: str) -> Knowledge | None:
    """The knowledge in the cache; None where it holds none, or none that can be used."""
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
        except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date that is none, or nested without end
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
    keep(target, lambda out: out.write(text.encode()))
