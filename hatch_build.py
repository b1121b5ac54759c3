"""Build hook: a wheel carries the page's browser files and the documents that it shows."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
DOCUMENTS = {"docs/validation.md": "validation.md", "MODEL_CARD.md": "MODEL_CARD.md"}
sys.path.insert(0, str(ROOT / "scripts"))


class BrowserFiles(BuildHookInterface):
    """Fetch what is missing before a wheel or source archive is made; an editable install goes without."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # the Makefile fetches them
        from fetch_assets import WITHOUT, fetch, has_npm, missing

        if missing() and has_npm():
            fetch()
        elif missing():  # library and commands need none of them; `foramen serve` says what is missing
            self.app.display_warning(WITHOUT)
        if self.target_name == "wheel":  # in a clone the page reads them where they stand
            for source, name in DOCUMENTS.items():
                build_data["force_include"][str(ROOT / source)] = f"foramen/web/texts/{name}"
