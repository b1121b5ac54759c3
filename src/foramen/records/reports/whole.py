"""What is said of a report as a whole: how it was made, whether it covers the region, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from foramen.records.reports.levels import LUMBAR, spans
from foramen.records.reports.result import ReportFinding

WHOLE = 3  # levels named by a report that counts as complete
AT_LARGE = (
    "disc_herniation",
    "disc_protrusion",
    "nerve_root_compression",
    "thecal_sac_compression",
    "central_stenosis",
)
LONGEST = 200_000  # characters that are read; a report has a few thousand
SPINE = re.compile(r"\b(?:lss|lumb|l[1-5]\b|l\.? ?spine|sacr|disc|disk|spin|vertebr|thecal|canal)", re.I)
_SEVERAL = re.compile(
    r"\b(?:cervical|c[- ]spine|thoracic spine|dorsal spine|knee|brain|shoulder)\b[^\n]{0,20}(?:mri|ct|:)", re.I
)
_MODALITY = (
    ("mri", r"\b(?:mri?|magnetic|t[12]\b|stir)"),
    ("ct", r"\bct\b|computed"),
    ("xray", r"x-?\s?ray|radiograph|plain film"),
)
_OTHER_STUDY = re.compile(
    r"[^.;\n]*\b(?:suggest (?:an )?(?:mri?|ct|x-?ray)|correlat\w+|compar(?:ed|ison)|recommend\w*|advi[sc]e\w*"
    r"|previous|prior)\b[^.;\n]*",
    re.I,
)
_CONUS = re.compile(
    r"\bconus(?: medullaris)?\b[^.\n]{0,50}?\b(?:at|ends?|terminat\w+|lies|to)\b[^.\n]{0,20}?"
    r"\b(?:T1[0-2]|L[1-3])(?:\s*[-/]\s*(?:L?[1-4]\b))?",
    re.I,
)
_L6 = re.compile(r"\bL\s?6\b", re.I)
_FINAL = re.compile(r"[.)\]!?:;]\s*$|\w{2,}\s*$")


def sixth(plain: str, found: Sequence[ReportFinding]) -> list[ReportFinding]:
    """Who names a sixth lumbar vertebra says that the numbering is not the usual one."""
    m = _L6.search(plain)
    if not m or not found or any(f.type == "transitional_vertebra" for f in found):
        return []
    one = ("transitional_vertebra", None, None, None, True, "affirmed", None, None, None)
    return [ReportFinding(*one, span=m.span(), text=m[0])]


def modality(plain: str) -> str | None:
    """How the pictures were made; not what is advised or compared with ("correlate with plain films")."""
    own = _OTHER_STUDY.sub("", plain)
    return next((name for name, pattern in _MODALITY if re.search(pattern, own, re.I)), None)


def conus(plain: str) -> list[ReportFinding]:
    """Where the conus ends, if the report says so."""
    m = _CONUS.search(plain)
    names = [n for _, _, own in spans(m[0]) for n in own] if m else []
    if not m or not names:
        return []
    text = " ".join(m[0].split())
    return [ReportFinding("conus_level", names[0], None, None, True, "affirmed", None, None, None, m.span(), text)]


def covers(plain: str, found: Sequence[ReportFinding], rest: bool) -> bool:
    """Whether the text speaks of the whole region, so that its silence says something.

    It names at least ``WHOLE`` lumbar levels; or, besides naming one, denies something of the region at large or calls
    the ``rest`` normal.
    """
    named = {n for _, _, names in spans(plain) for n in names if n in LUMBAR}
    at_large = any(f.level is None and f.type in AT_LARGE and not f.present for f in found)
    return bool(found) and (len(named) >= WHOLE or ((at_large or rest) and len(named) >= 1))


def problems(text: str, plain: str, found: Sequence[ReportFinding], normal: bool) -> list[str]:
    out = []
    if not plain.strip():
        out.append("The text is empty.")
    elif not found and not SPINE.search(plain):
        out.append("This does not look like a report of the lumbar spine.")
    elif not found:
        out.append("Only what is normal was read, so nothing is entered." if normal else "Nothing was understood.")
    if _SEVERAL.search(plain):
        out.append("The text speaks of another region, too; only what concerns the lower spine was read.")
    if len(text) > LONGEST:
        out.append(f"Only the first {LONGEST} characters were read.")
    elif plain.strip() and not _FINAL.search(plain):
        out.append("The text seems to be cut off.")
    return out
