"""Write src/foramen/web/locale/foramen.pot: every sentence of the patient view, and what each catalogue still lacks.

Usage: python scripts/extract_messages.py [--check]
Sentences come from the templates (Babel's extractor), from the code and from the knowledge. With ``--check`` nothing
is written; the exit code is 1 if the template is out of date or a catalogue lacks a sentence.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from foramen.knowledge.loader import load_knowledge
from foramen.web.examples import words_of
from foramen.web.i18n import FOLDER, NAMES, keyed
from foramen.web.patient.messages import messages

WEB = FOLDER.parent
EXAMPLES = WEB.parents[2] / "examples"
TEMPLATES = ("base.html", "start.html", "problem.html", "_problem.html", "patient/*.html")
POT = FOLDER / "foramen.pot"


def template_messages() -> dict[str, list[str]]:
    """Messages of the templates that a patient can see, with the template of each."""
    out: dict[str, list[str]] = {}
    for pattern in TEMPLATES:
        for path in sorted((WEB / "templates").glob(pattern)):
            with path.open("rb") as file:
                found = extract("jinja2.ext:babel_extract", file, options={"trimmed": "false", "silent": "false"})
                for _, message, _, context in found:
                    text = message if isinstance(message, str) else message[-1]
                    out.setdefault(keyed(text, context), []).append(path.relative_to(WEB).as_posix())
    return out


def all_messages() -> dict[str, list[str]]:
    """Every message with where it comes from."""
    out = template_messages()
    for text, where in messages(load_knowledge()).items():
        out.setdefault(text, []).extend(where)
    for path in sorted(EXAMPLES.glob("*.yaml")):
        out.setdefault(words_of(path), []).append(f"examples/{path.name}")
    return out


def pot() -> bytes:
    """The template of a catalogue, without dates, so that it changes with the sentences alone."""
    catalogue = Catalog(project="Foramen", charset="utf-8", header_comment="# Sentences of Foramen's patient view.")
    for text, where in all_messages().items():
        context, _, message = text.rpartition("\x04")
        catalogue.add(message, context=context or None, auto_comments=sorted(set(where))[:2])
    out = BytesIO()
    write_po(out, catalogue, omit_header=True, sort_output=False, width=110)
    return out.getvalue()


def missing(path: Path) -> list[str]:
    """Messages that a catalogue lacks."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    known = {keyed(str(m.id), m.context) for m in catalogue if m.string and not m.fuzzy and m.context not in NAMES}
    return [text for text in all_messages() if text not in known]


def main() -> int:
    check = "--check" in sys.argv[1:]
    text = pot()
    stale = not POT.exists() or POT.read_bytes() != text
    if stale and not check:
        POT.write_bytes(text)
    lacking = {path.name: missing(path) for path in sorted(FOLDER.glob("*.po"))}
    for name, texts in lacking.items():
        print(f"{name}: {len(texts)} missing")
        for line in texts:
            print(f"  {line}")
    if stale:
        print(f"{POT.name} {'is out of date: run scripts/extract_messages.py' if check else 'written'}")
    return 1 if check and (stale or any(lacking.values())) else 0


if __name__ == "__main__":
    sys.exit(main())
