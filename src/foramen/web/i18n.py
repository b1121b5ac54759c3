"""The words of the page: one message catalogue (gettext .po) a language, read as it stands.

English is what the code and the knowledge say; a catalogue maps those sentences to another language. A sentence a
catalogue lacks stays English.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"
DEFAULT = "en"
NAMES = ("medicine", "condition", "none")  # contexts of what people write for something, not of sentences


class Words:
    """The messages of one language, with the interface that Jinja's i18n extension calls."""

    def __init__(
        self,
        language: str,
        messages: Mapping[str, str],
        names: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType({}),
    ) -> None:
        self.language = language
        self.messages = messages
        self.names = names  # kind (the message's context) to English name to what people write for it

    def say(self, message: str, **values: object) -> str:
        """The message in this language with its values put in, each in ``{name}``."""
        text = self.gettext(message)
        return text.format(**values) if values else text

    def gettext(self, message: str) -> str:
        """The message in this language; itself where the catalogue lacks it."""
        return self.messages.get(message, message)

    def pgettext(self, context: str, message: str) -> str:
        """The message where it has the meaning that ``context`` tells: the back of the body, back to the question."""
        return self.messages.get(keyed(message, context), message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """No catalogue has plural forms yet: the singular's or the plural's own entry."""
        return self.gettext(one if count == 1 else many)


def keyed(message: str, context: str | None) -> str:
    """A message with its context, as gettext joins them."""
    return f"{context}\x04{message}" if context else message


@lru_cache
def languages() -> Mapping[str, str]:
    """Language code to its own name, English first."""
    codes = [DEFAULT, *sorted(path.stem for path in FOLDER.glob("*.po"))]
    return MappingProxyType({code: str(Locale.parse(code).display_name).capitalize() for code in codes})


@lru_cache
def words(language: str) -> Words:
    """The words of a language; English for one that has no catalogue."""
    path = FOLDER / f"{language}.po"
    if language == DEFAULT or language not in languages():
        return Words(DEFAULT, MappingProxyType({}))
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    found: dict[str, str] = {}
    names: dict[str, dict[str, tuple[str, ...]]] = {}
    for m in catalogue:
        if not (m.id and m.string and isinstance(m.id, str)) or m.fuzzy:
            continue
        if m.context in NAMES:
            names.setdefault(m.context, {})[m.id] = tuple(name.strip() for name in str(m.string).split(","))
        else:
            found[keyed(m.id, m.context)] = str(m.string)
    return Words(language, MappingProxyType(found), MappingProxyType(names))


def choose(asked: str | None, accepted: str | None) -> str:
    """The language asked for, else the first that the browser accepts and we have, else English."""
    have = languages()
    if asked in have:
        return str(asked)
    for part in (accepted or "").split(",")[:20]:
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        if code in have:
            return code
    return DEFAULT
