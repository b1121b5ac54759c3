"""The plain content of the data files, and which of them is at fault where an error does not say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from foramen.errors import KnowledgeError


class Files(Mapping[str, Any]):
    """Content by name (``findings/examination/slr.yaml``); ``reading`` is the one that was asked for last."""

    def __init__(self, contents: Mapping[str, Any], folder: str = "the knowledge") -> None:
        self._contents, self.folder, self.reading = contents, folder, ""

    def __getitem__(self, name: str) -> Any:
        """Raises ``KnowledgeError`` where it is missing."""
        if name not in self._contents:
            raise KnowledgeError(f"{self.folder}: {name} is missing; is this a folder of knowledge?")
        self.reading = name
        return self._contents[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._contents else default

    def __contains__(self, name: object) -> bool:
        return name in self._contents

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def under(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Name and content of what lies in a folder, one after another. Raises ``KnowledgeError`` for what is empty."""
        for name in self._contents:
            if name.startswith(prefix):
                if not isinstance(body := self[name], Mapping | list):
                    raise KnowledgeError(f"{name}: empty or not a mapping")
                yield name, body

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turns what a file of another form makes Python raise into ``KnowledgeError`` with the file read last."""
        try:
            yield
        except KeyError as error:
            raise KnowledgeError(f"{self._at()}: key {error} is missing, or names what is not known") from None
        except (TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
            kind = type(error).__name__
            raise KnowledgeError(f"{self._at()}: not of the documented form ({kind}: {error})") from None

    def _at(self) -> str:
        return self.reading or self.folder
