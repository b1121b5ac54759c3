"""The curl commands of docs/web.md answer what the page says they do."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

EXAMPLES = re.findall(
    r"```sh\n(curl .*?)```\n```json\n(.*?)```", (ROOT / "docs" / "web.md").read_text(encoding="utf-8"), re.DOTALL
)


def holds(answer, part) -> bool:
    """Whether an answer has all that a part of it says; a list's first entries count."""
    if isinstance(part, dict):
        return isinstance(answer, dict) and all(k in answer and holds(answer[k], v) for k, v in part.items())
    if isinstance(part, list) and part and isinstance(part[0], dict):
        return len(answer) >= len(part) and all(map(holds, answer, part))
    return answer == part


def test_the_page_has_examples():
    assert len(EXAMPLES) >= 4


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize(("command", "part"), EXAMPLES, ids=lambda text: None)
def test_commands_of_the_page(server, command, part):
    shown = command.replace("http://127.0.0.1:8000", server)
    done = subprocess.run(["bash", "-c", shown], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert holds(answer, json.loads(part)), answer
