"""Build hook: a wheel carries the page's browser files, so who installs it builds nothing."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "scripts"))


class BrowserFiles(BuildHookInterface):
    """Fetch what is missing before a wheel or source archive is made; an editable install goes without."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # the Makefile fetches them
        from fetch_assets import fetch, missing

        if missing():
            fetch()
