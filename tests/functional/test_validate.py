"""The validation report works for any folder of cases, and a bad case does not hide the others."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def report(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "validation" / "run.py"), "--cases", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_folder_of_cases_is_scored(tmp_path):
    shutil.copy(ROOT / "validation" / "cases" / "peroneal-40m.yaml", tmp_path)
    (tmp_path / "bad.yaml").write_text("id: bad\nfindings: [{finding: nope}]\ntruth: {cause: gout}\n", encoding="utf-8")
    done = report(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "top-1 50% (1/2)" in done.stdout
    assert "bad: findings[0].finding: unknown finding" in done.stdout
    assert "Truth labels that no cause stands for: gout" in done.stdout


def test_an_empty_folder_is_refused(tmp_path):
    done = report(tmp_path)
    assert done.returncode == 2
    assert "no case files with `truth:`" in done.stderr
