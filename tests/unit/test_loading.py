"""A folder that is none, is empty or is at fault: one error that names the file; the cache only saves time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import foramen
from foramen.errors import KnowledgeError
from foramen.knowledge import loader
from foramen.knowledge.cache import cache_folder, keep
from foramen.knowledge.files import Files
from foramen.knowledge.parse import parse_knowledge
from foramen.model.model import Model


@pytest.fixture(scope="module")
def contents():
    return loader._read_yaml(loader._read_bytes(loader.FOLDER)[1])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the knowledge, and a cache of its own."""
    monkeypatch.setenv("FORAMEN_CACHE", str(tmp_path / "cache"))
    copied = tmp_path / "knowledge"
    shutil.copytree(loader.FOLDER, copied, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    yield copied
    loader.loaded.cache_clear()


class TestFolder:
    @pytest.mark.parametrize("wrong", [5, True, ["a"], b"folder", {}])
    def test_what_names_no_folder_is_told(self, wrong):
        with pytest.raises(KnowledgeError, match=f"named as text or as a path, not as {type(wrong).__name__}"):
            foramen.load_knowledge(wrong)

    @pytest.mark.parametrize("wrong", ["nowhere", "nowhere\0", "a" * 5000, Path("nowhere")])
    def test_a_folder_that_is_not_there_is_told(self, wrong):
        with pytest.raises(KnowledgeError, match="no such folder"):
            foramen.load_knowledge(wrong)

    def test_an_empty_name_is_not_the_shipped_knowledge(self):
        with pytest.raises(KnowledgeError, match="has no name"):
            foramen.load_knowledge("")

    def test_an_empty_folder_and_a_file_are_told(self, tmp_path):
        with pytest.raises(KnowledgeError, match="no knowledge files"):
            foramen.load_knowledge(tmp_path)
        (tmp_path / "settings.yaml").write_text("{}", encoding="utf-8")
        with pytest.raises(KnowledgeError, match="this is a file; name the folder"):
            foramen.load_knowledge(tmp_path / "settings.yaml")
        with pytest.raises(KnowledgeError, match=r"\.yaml is missing; is this a folder of knowledge\?"):
            foramen.load_knowledge(tmp_path)

    def test_what_cannot_be_read_is_told(self, folder):
        (folder / "causes" / "gone.yaml").symlink_to(folder / "nowhere.yaml")
        with pytest.raises(KnowledgeError, match=r"gone\.yaml: cannot be read"):
            foramen.load_knowledge(folder)

    def test_a_changed_file_is_read_again_in_the_same_process(self, folder):
        first = foramen.load_knowledge(folder)
        assert foramen.load_knowledge(str(folder)) is first
        file = folder / "treatments" / "heat.yaml"
        file.write_text(file.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
        assert foramen.load_knowledge(folder).version != first.version


@pytest.mark.parametrize("text", ["a: 2020-13-45", "[" * 3000, "a: [1", "\x00"])
def test_what_is_no_yaml_is_told_by_file(folder, text):
    (folder / "settings.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"^settings\.yaml.*: not valid YAML"):
        foramen.load_knowledge(folder)


SINGLE = ("settings.yaml", "anatomy/cauda_equina.yaml", "findings/clusters.yaml", "findings/untold.yaml")
ONE_OF_MANY = ("anatomy/roots/L5.yaml", "causes/disc_herniation.yaml", "findings/examination/slr.yaml",
               "red_flags/cauda_equina.yaml", "treatments/heat.yaml")  # fmt: skip


@pytest.mark.parametrize("name", [*SINGLE, *ONE_OF_MANY])
def test_a_file_of_another_form_is_named(contents, name):
    assert name in contents
    for wrong in ([1], "text", {"a": {"b": [1]}}):
        with pytest.raises(KnowledgeError, match=f"^{name}"):
            parse_knowledge({**contents, name: wrong}, "some", checked=True)


@pytest.mark.parametrize("name", SINGLE)
def test_a_missing_file_is_named(contents, name):
    with pytest.raises(KnowledgeError) as error:
        parse_knowledge(Files({n: b for n, b in contents.items() if n != name}, "there"), "some", checked=True)
    assert str(error.value) == f"there: {name} is missing; is this a folder of knowledge?"


class TestCache:
    def test_a_tilde_is_the_home_folder(self, monkeypatch):
        monkeypatch.setenv("HOME", "/somewhere")
        monkeypatch.setenv("FORAMEN_CACHE", "~/kept")
        assert cache_folder() == Path("/somewhere/kept")
        monkeypatch.delenv("FORAMEN_CACHE")
        monkeypatch.setenv("XDG_CACHE_HOME", "~/xdg")
        assert cache_folder() == Path("/somewhere/xdg/foramen")
        monkeypatch.delenv("XDG_CACHE_HOME")
        assert cache_folder() == Path("/somewhere/.cache/foramen")

    @pytest.mark.parametrize("where", ["file", "file/below", "a" * 300, "~no_such_user/x\x01"])
    def test_one_that_cannot_be_written_breaks_nothing(self, folder, tmp_path, monkeypatch, where):
        (tmp_path / "file").write_text("taken", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("FORAMEN_CACHE", where)
        assert len(Model(foramen.load_knowledge(folder)).scenarios) > 1000
        assert (tmp_path / "file").read_text(encoding="utf-8") == "taken"

    def test_what_fails_half_way_leaves_nothing_behind(self, tmp_path):
        def fail(out):
            out.write(b"half")
            raise OSError(28, "No space left on device")

        keep(tmp_path / "kept", fail)
        assert list(tmp_path.iterdir()) == []
        keep(tmp_path / "kept", lambda out: out.write("\ud800".encode()))
        assert list(tmp_path.iterdir()) == []
