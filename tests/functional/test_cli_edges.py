"""The command line at its edges: odd terminals, full disks, closed streams, files that are there already."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from foramen.cli.main import main

ROOT = Path(__file__).parents[2]
EXAMPLE = str(ROOT / "examples" / "herniation-l4-l5.yaml")
PROGRAM = [sys.executable, "-m", "foramen.cli.main"]


def run(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "80", **more.pop("env", {})}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **more}
    return subprocess.run([*PROGRAM, *arguments], env=environment, text=True, encoding="utf-8", check=False, **streams)


class TestWidth:
    @pytest.mark.parametrize("arguments", [("assess", EXAMPLE, "--note"), ("findings", "slr"), ("sources",)])
    @pytest.mark.parametrize("columns", ["0", "1"])
    def test_a_width_that_is_none_is_not_taken(self, arguments, columns, monkeypatch, capsys):
        monkeypatch.setenv("COLUMNS", columns)
        assert main(arguments) == 0
        out = capsys.readouterr().out
        assert len(out) > 100
        assert max(map(len, out.splitlines())) > 30


class TestJson:
    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
    def test_no_sign_is_lost_where_the_output_is_not_utf8(self, encoding):
        plain = json.loads(run("sources", "--json").stdout)
        done = subprocess.run(
            [*PROGRAM, "sources", "--json"], env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True
        )
        assert json.loads(done.stdout.decode(encoding)) == plain
        assert any(ord(c) > 127 for row in plain for c in row["citation"])

    def test_utf8_is_readable(self):
        assert "\\u" not in run("sources", "--json", env={"PYTHONIOENCODING": "utf-8"}).stdout


class TestFiles:
    @pytest.mark.parametrize("option", ["--svg", "--spine"])
    def test_a_file_that_is_there_is_kept(self, option, tmp_path, capsys):
        case = tmp_path / "case.yaml"
        case.write_bytes(before := Path(EXAMPLE).read_bytes())
        assert main(["assess", str(case), option, str(case)]) == 2
        assert case.read_bytes() == before
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"error: {option}: this file exists already.")
        assert "Choose another name." in err

    def test_two_pictures_need_two_names(self, tmp_path, capsys):
        example, name = str(ROOT / "examples" / "bone-spur-l5-s1.yaml"), str(tmp_path / "a.svg")
        assert main(["assess", example, "--svg", name, "--spine", name, "--note"]) == 2
        assert "--svg and --spine" in capsys.readouterr().err

    def test_a_device_may_be_written_to(self, capsys):
        assert main(["assess", EXAMPLE, "--note", "--spine", os.devnull]) == 0


class TestOutputs:
    @pytest.mark.parametrize(
        "options", [("--json", "--note"), ("--json", "--patient"), ("--note", "--patient")], ids=" ".join
    )
    def test_two_outputs_at_once_are_refused(self, options, capsys):
        assert main(["assess", EXAMPLE, *options]) == 2
        assert f"{' and '.join(options)} are different outputs" in capsys.readouterr().err


class TestStreams:
    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
    @pytest.mark.parametrize("arguments", [("findings", "--json"), ("sources",)])
    def test_a_full_disk_is_told_in_one_line(self, arguments):
        with open("/dev/full", "w") as full:
            done = run(*arguments, stdout=full)
        assert done.returncode == 1
        assert done.stderr == "error: standard output: cannot be written (No space left on device)\n"

    @pytest.mark.skipif(os.name == "nt", reason="a shell closes the stream")
    @pytest.mark.parametrize("command", ["assess -", "read-report -"])
    def test_a_closed_standard_input_is_told(self, command):
        shell = f'"{sys.executable}" -m foramen.cli.main {command} <&-'
        done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert done.stderr == "error: standard input: it is closed. Name a file instead of -.\n"

    @pytest.mark.skipif(os.name == "nt", reason="a shell closes the stream")
    @pytest.mark.parametrize("command", [f"assess {EXAMPLE}", "findings --json", "--version", "--help"])
    def test_a_closed_standard_output_is_told(self, command):
        """It was as if all had been written."""
        shell = f'"{sys.executable}" -m foramen {command} >&-'
        done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr == "error: standard output: it is closed\n"

    @pytest.mark.skipif(os.name == "nt", reason="a shell closes the stream")
    def test_a_closed_standard_error_changes_no_output(self):
        """What is told there went to standard output, or ended the command."""
        for command, code in ((f"assess {EXAMPLE} --note", 0), ("assess nowhere.yaml", 2)):
            shell = f'"{sys.executable}" -m foramen {command} 2>&-'
            done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)
            assert done.returncode == code
            assert "error" not in done.stdout
            assert bool(done.stdout) is (code == 0)

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
    @pytest.mark.parametrize("unbuffered", ["", "1"])
    def test_an_error_that_cannot_be_told_keeps_its_exit_code(self, unbuffered):
        """Kept in a buffer, it was tried again at the end, and failed the process with 120."""
        with open("/dev/full", "w") as full:
            done = run("assess", "nowhere.yaml", stderr=full, env={"PYTHONUNBUFFERED": unbuffered})
        assert done.returncode == 2

    @pytest.mark.skipif(os.name == "nt", reason="a shell closes the stream")
    def test_an_interview_without_a_terminal_ends(self, tmp_path):
        shell = f'"{sys.executable}" -m foramen.cli.main ask --out "{tmp_path}/a.yaml" <&-'
        done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_of_something_else_is_told(capsys):
    assert main(["check", str(ROOT / "examples")]) == 4
    err = capsys.readouterr().err
    assert err.endswith(".yaml is missing; is this a folder of knowledge?\n")
    assert err.startswith(f"error: {ROOT / 'examples'}: ")


def test_the_module_ends_with_the_exit_code_of_the_command():
    """``python -m foramen`` ended with 0 whatever happened."""
    command = [sys.executable, "-m", "foramen", "assess", "nowhere.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "error: nowhere.yaml: no such file.\n")
