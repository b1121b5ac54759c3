"""Diseases of relatives: "mother had breast cancer" is no cancer of the patient's."""

from __future__ import annotations

import re

_RELATIVE = re.compile(
    r"\b(?:family history|familial history|(?:in|runs in) (?:(?:the|his|her|their|my) )?family"
    r"|mothers?|fathers?|parents?|sisters?|brothers?|siblings?|grand\w+|aunts?|uncles?|cousins?"
    r"|(?:his|her|their|my) (?:son|daughter|child|wife|husband|partner)s?)\b"
    r"(?! of (?:\d|one|two|three|four|five))"  # a "mother of two" is the patient
    r"|\b(?:у|со стороны) (?:матери|отца|мамы|папы|сестры|брата|бабушки|дедушки|родителей|родственников)\b"
    r"|\bв семье\b|\bсемейный анамнез\b"
)


def of_another(words: str) -> bool:
    """Whether plain words speak of a relative; what they state is then told as not understood, never taken over."""
    return bool(_RELATIVE.search(words))
