"""File names: valid on every system, stable, short enough, and unique."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.migrate.files import names

# Characters that have meant trouble, often together with plain ones.
TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from('/\\:|<>?*"\0\x1f .~%-_()[]'),
        st.sampled_from("eE\u0301\u00e9ßſıİKﬁ\u200d\u200e\u202e\ufeff\ue000\U0001f600\u0378\u00a0\u2028"),
        st.sampled_from("conCONnulaux1.jpg"),
    ),
    max_size=60,
)
LONG = st.builds(lambda text, times: text * times, TEXT, st.integers(1, 12))
ODD = st.sampled_from([".", "..", "...", " ", "", "CON", "con.jpg", "Aux.tar.gz", "nul .txt", "a.", "a. .", "\u200d"])
ANY = st.one_of(TEXT, LONG, ODD, st.builds(lambda text, odd: text + odd, LONG, ODD), st.text("con .", max_size=300))

DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³")}


def _assert_safe(name: str) -> None:
    assert name
    assert not set(name) & set('/\\:|<>?*"')
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Cn", "Zl", "Zp") for c in name)
    assert name == name.strip()
    assert not name.startswith(".")
    assert not name.endswith((".", " "))
    assert name.split(".")[0].rstrip().lower() not in DEVICES
    assert unicodedata.is_normalized("NFC", name)
    name.encode()


@given(ANY)
def test_a_folders_name_is_safe_short_and_stays_what_it_is(text: str) -> None:
    name = names.folder_name(text, "Untitled")
    _assert_safe(name)
    assert len(name.encode()) <= names.MAX_FOLDER_BYTES
    assert names.folder_name(name, "Other") == name


@given(ANY)
def test_a_files_name_is_safe_short_and_stays_what_it_is(text: str) -> None:
    name = names.file_name(text, "Photo 1")
    _assert_safe(name)
    assert len(name.encode()) <= names.MAX_FILE_BYTES
    assert names.file_name(name, "Other") == name


@given(ANY, st.sampled_from([".NEF", ".jpg", ".Cr2", ".tiff", ".dng"]))
def test_a_files_extension_is_kept_as_it_is_written(text: str, extension: str) -> None:
    name = names.file_name(f"x{text}x{extension}", "Photo 1")
    assert names.split(name)[1] == extension


@given(ANY, st.integers(1, 10**6))
def test_numbers_fit_in_front_of_the_extension(text: str, number: int) -> None:
    name = names.file_name(text, "Photo 1")
    numbered = names.number_name(name, number)
    _assert_safe(numbered)
    assert len(numbered.encode()) <= names.MAX_FILE_BYTES
    assert names.split(numbered)[1] == names.split(name)[1]
    assert len(names.sidecar_name(numbered).encode()) <= names.MAX_FILE_BYTES


@given(ANY, st.integers(1, 10**6), st.integers(1, 10**6))
def test_two_numbers_of_one_name_are_two_files(text: str, one: int, other: int) -> None:
    name = names.file_name(text, "Photo 1")
    same = names.key(names.number_name(name, one)) == names.key(names.number_name(name, other))
    assert same == (one == other)


@given(ANY, ANY)
def test_an_extra_versions_file_is_named_after_both(master: str, version: str) -> None:
    file = names.file_name(f"{master}x.NEF", "Photo 1")
    name = names.version_file_name(file, version, 2)
    _assert_safe(name)
    assert len(name.encode()) <= names.MAX_FILE_BYTES
    assert re.search(r" \(.+\)\.NEF\Z", name, re.DOTALL)


@given(TEXT)
def test_names_that_differ_in_case_or_composition_have_one_key(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert names.key(unicodedata.normalize(form, text)) == names.key(text)
    assert names.key(text.upper()) == names.key(text.upper().lower())


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("IMG_1.NEF", "IMG_1.NEF"),
        ("Rome / Ostia: day 1", "Rome - Ostia- day 1"),
        ("..", "Untitled"),
        ("../../etc", "_..-..-etc"),
        (".private ", "_.private"),
        ("COM1", "_COM1"),
        ("con.tar", "_con.tar"),
        ("a\0b", "a_b"),
        ("I\u0301sland", "Ísland"),
        ("jpg\u202egpj", "jpg_gpj"),
        ("Sure?", "Sure_"),
        ("   ", "Untitled"),
        ("\u200d", "Untitled"),
        ("a \u00a0.", "a"),
        ("Old.aplibrary", "Old_aplibrary"),
        ("2014.PhotosLibrary", "2014_PhotosLibrary"),
    ],
)
def test_stored_names_and_the_folders_they_become(stored: str, written: str) -> None:
    assert names.folder_name(stored, "Untitled") == written


@pytest.mark.parametrize(
    ("master", "version", "written"),
    [
        ("IMG_1.NEF", "IMG_1 - Version 2", "IMG_1 (Version 2).NEF"),
        ("IMG_1.NEF", "Black and white", "IMG_1 (Black and white).NEF"),
        ("IMG_1.NEF", "IMG_1", "IMG_1 (Version 3).NEF"),
        ("IMG_1.NEF", "", "IMG_1 (Version 3).NEF"),
    ],
)
def test_the_files_of_extra_versions(master: str, version: str, written: str) -> None:
    assert names.version_file_name(master, version, 3) == written


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_sidecar_has_its_photos_stem(form: str) -> None:
    name = unicodedata.normalize(form, "Íslandsferð 1.nef")
    assert names.sidecar_name(name) == unicodedata.normalize(form, "Íslandsferð 1.xmp")
