"""Copy the page's browser files (htmx, Pico CSS) from their npm packages to where the page serves them.

Run when the wheel is built and by ``make``; the files are pinned by package-lock.json and never committed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src" / "foramen" / "web" / "static" / "vendor"
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx-LICENSE.txt": "htmx.org/LICENSE",
    "pico.min.css": "@picocss/pico/css/pico.min.css",
    "pico-LICENSE.md": "@picocss/pico/LICENSE.md",
}


def fetch() -> None:
    """Install the pinned packages and copy what is served. Raises ``SystemExit`` with the cure."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to fetch the page's browser files; install it (Debian: apt install npm).")
    done = subprocess.run([npm, "ci", "--loglevel=error"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"npm could not fetch the page's browser files:\n{done.stderr.strip()}")
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, origin in FILES.items():
        shutil.copyfile(ROOT / "node_modules" / origin, VENDOR / name)


def missing() -> list[str]:
    """Browser files that are not there yet."""
    return [name for name in FILES if not (VENDOR / name).exists()]


if __name__ == "__main__":
    if missing() or "--again" in sys.argv:
        fetch()
