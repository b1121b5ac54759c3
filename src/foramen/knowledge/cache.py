"""The folder for what can be computed again. A cache that cannot be read or written is simply not used."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO


def cache_folder() -> Path:
    """``FORAMEN_CACHE``, else ``foramen`` in ``XDG_CACHE_HOME`` or ``~/.cache``; a leading ``~`` is the home folder."""
    if base := os.environ.get("FORAMEN_CACHE"):
        return Path(os.path.expanduser(base))
    return Path(os.path.expanduser(os.environ.get("XDG_CACHE_HOME") or "~/.cache")) / "foramen"


def keep(target: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Make a file of the cache, whole or not at all: ``write`` gets it open. Raises nothing where it cannot be made."""
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as out:
            write(out)
        os.replace(temporary, target)
    except (OSError, ValueError):  # no room, no right, or a text that no file can hold
        if temporary:
            with suppress(OSError):
                os.unlink(temporary)
