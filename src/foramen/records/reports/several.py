"""Several tumour-like lesions of bone: in more than one bone, or called so ("multiple vertebral metastases")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from foramen.records.reports.result import SAID_BETTER, ReportFinding

TYPE = "multiple_bone_lesions"
_CALLED = re.compile(
    r"\b(?:multiple|several|numerous|innumerable|widespread|disseminated|scattered|two|three|four|five)"
    r"(?:[ -]+[\w/-]+){0,5}?[ -]+(?:lesions|metastases|deposits|tumou?rs|foci)\b",
    re.I,
)


def called_several(found: Iterable[ReportFinding], sentence: str) -> list[ReportFinding]:
    """The tumours of a sentence that calls them several."""
    return _of_bone(list(found)) if _CALLED.search(sentence) else []


def several(found: Sequence[ReportFinding], called: Sequence[ReportFinding]) -> list[ReportFinding]:
    """One finding more where tumours lie in two bones or are ``called`` several; as sure as the surest two of them."""
    bones = {f.level: f for f in sorted(_of_bone(found), key=lambda f: f.certainty == "affirmed") if f.level}
    sure = sorted(bones.values(), key=lambda f: f.certainty != "affirmed")
    told = [*called, *sure[1:2]]
    if not told:
        return []
    best = min(told, key=lambda f: f.certainty != "affirmed")
    return [replace(best, type=TYPE, level=None, side=None, severity=None, zone=None, grade=None, millimetres=None)]


def _of_bone(found: Sequence[ReportFinding]) -> list[ReportFinding]:
    """Tumours that are there and that no other finding says better of the same words (a mass in the canal)."""
    better = {f.span for f in found if f.type in SAID_BETTER["tumour"]}
    return [f for f in found if f.type == "tumour" and f.present and f.span not in better]
