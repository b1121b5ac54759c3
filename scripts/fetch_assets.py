"""Copy the page's browser files (htmx, Pico CSS) from their npm packages to where the page serves them.

Run when the wheel is built and by ``make``, where npm is installed; the files are pinned by package-lock.json and never
committed.
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


WITHOUT = (
    "npm is not installed, so the page goes without its browser files: plain, and each answer is a page of its own."
)


def has_npm() -> bool:
    """Whether the browser files can be fetched."""
    return shutil.which("npm") is not None


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


def main(options: list[str]) -> None:
    """``--again``: also what is there; ``--if-possible``: without npm say so and go on, as the page works without."""
    if not missing() and "--again" not in options:
        return
    if "--if-possible" in options and not has_npm():
        print(WITHOUT, file=sys.stderr)
        return
    fetch()


if __name__ == "__main__":
    main(sys.argv[1:])
