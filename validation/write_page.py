"""Write docs/validation.md from a fresh run of everything: ``python validation/write_page.py`` (about ten minutes)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "validation.md"
INTRO = """# Validation

Written by `python validation/write_page.py` from the runs it shows; nothing here is typed in by hand but the reasons.

**What is measured.** Real published cases with confirmed diagnoses, encoded from the stated facts before any output
of the model was seen; a third of them (`validation/guard.txt`, chosen by a hash of their ids) is a guard whose results
are only reported as a group. Case reports over-represent the rare and the odd: they test breadth and safety, not
prevalence. Priors were never changed for a case's sake. Some labels are debatable (a lesion's side and the symptoms'
side can differ, several levels may be diseased, spinal stenosis and a slip at one level are one disease to some).

**How ranks are read.** A cause counts with its probability of leading the complaint. Each of our causes
stands for one or more truth labels (`validation/cause_map.yaml`). "Equal-cause" ranks replace the prior by one that
makes every cause as likely as any other (`validation/equal_prior.yaml`).

**Aims of the design**: with imaging top-1 >= 85 % and top-3 >= 95 %; without imaging top-1 >= 50 % and top-3 >= 70 %;
side >= 95 % where stated; >= 90 % of the cited figures reproduced within their interval. The runs below say which of
them are reached and which are not.
"""


def run(*arguments: str) -> str:
    """Standard output of one of the validation scripts."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True, cwd=HERE.parent)
    return done.stdout.rstrip()


def main() -> int:
    report = run("validation/run.py", "--verbose")
    calibration = run("validation/calibration.py")
    pairs = run("validation/all_pairs.py")
    reasons = (HERE / "reasons.md").read_text(encoding="utf-8").rstrip()
    text = [
        INTRO, "## Cases and figures (`make validate`)", "", "```text", report, "```", "", reasons, "",
        "## Calibration on simulated cases (`python validation/calibration.py`)", "",
        "Cases drawn from the model and from the equal-cause prior, each judged with the prior it was drawn from:", "",
        "```text", calibration, "```", "", "## Scenarios left out (`python validation/all_pairs.py`)", "",
        "See docs/decisions/0004-scenarios-left-out.md.", "", "```text", pairs, "```", "",
    ]  # fmt: skip
    PAGE.write_text("\n".join(text), encoding="utf-8")
    print(f"wrote {PAGE.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
