"""The release zip, the version in it, and the plug-in's texts and style."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

import build_plugin
from couloir import __version__

LANGUAGES = ("de", "fr", "ja")
TEXT = re.compile(r'LOC\s*\(?\s*"(\$\$\$/[^="]+)=((?:[^"\\]|\\.)*)"')


def sources(plugin: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(plugin.glob("*.lua"))}


def texts(plugin: Path) -> dict[str, str]:
    """Each key with its English text."""
    found: dict[str, str] = {}
    for source in sources(plugin).values():
        for key, english in TEXT.findall(source):
            assert found.setdefault(key, english) == english, f"{key} has two texts"
    return found


def translated(plugin: Path, language: str) -> dict[str, str]:
    lines = (plugin / f"TranslatedStrings_{language}.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.strip().strip('"').partition("=") for line in lines if line.startswith('"')]
    keys = [key for key, _, _ in pairs]
    assert len(keys) == len(set(keys))
    return {key: text for key, _, text in pairs}


def test_the_zip_is_the_same_each_time_and_holds_the_whole_plugin(tmp_path, plugin):
    first, second = build_plugin.build(tmp_path / "a"), build_plugin.build(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as zipped:
        assert set(zipped.namelist()) == {f"Couloir.lrplugin/{path.name}" for path in plugin.iterdir()}


def test_the_plugin_says_the_version_of_the_package():
    assert build_plugin.package_version() == __version__
    assert build_plugin.sync(__version__, write=False) == []


def test_another_version_is_noticed_and_written(tmp_path, plugin, monkeypatch):
    copy = shutil.copytree(plugin, tmp_path / "Couloir.lrplugin")
    monkeypatch.setattr(build_plugin, "PLUGIN", copy)
    monkeypatch.setattr(build_plugin, "package_version", lambda: "7.8.9")
    with pytest.raises(build_plugin.VersionsDiffer, match=r"Info\.lua, Version\.lua"):
        build_plugin.build(tmp_path / "out")
    build_plugin.sync("7.8.9", write=True)
    assert "major = 7, minor = 8, revision = 9" in (copy / "Info.lua").read_text()
    assert 'version = "7.8.9"' in (copy / "Version.lua").read_text()
    assert build_plugin.build(tmp_path / "out").name == "Couloir-7.8.9.lrplugin.zip"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_with_the_same_places_for_arguments(plugin, language):
    english, other = texts(plugin), translated(plugin, language)
    assert other.keys() == english.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"\^\d", other[key])) == sorted(re.findall(r"\^\d", text)), key
        assert other[key].strip()


def test_every_text_goes_through_loc(plugin):
    """What a user can read is nowhere a plain string: titles, messages, labels."""
    plain = re.compile(r'\b(?:title|actionVerb|otherVerb|prompt|placeholder_string)\s*=\s*"')
    offending = {name for name, source in sources(plugin).items() if plain.search(source)}
    assert offending <= {"MetadataMap.lua"}  # there, "title" is the name of a key


def test_only_one_file_imports_and_none_uses_a_plain_pcall_around_lightroom(plugin):
    importing = {name for name, source in sources(plugin).items() if re.search(r'\bimport "', source)}
    plain = {name for name, source in sources(plugin).items() if re.search(r"(?<![\w.])pcall\(", source)}
    assert importing == {"Sdk.lua"}
    assert plain == {"Json.lua"}


def test_modules_are_small(plugin):
    assert {name: source.count("\n") for name, source in sources(plugin).items() if source.count("\n") > 300} == {}


@pytest.mark.tool("luacheck")
def test_luacheck_finds_nothing(plugin, tool):
    checked = subprocess.run(
        [tool("luacheck"), "--no-color", "lrplugin"],
        cwd=plugin.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "0 warnings / 0 errors" in checked.stdout, checked.stdout
