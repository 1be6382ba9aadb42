"""What the SDK returns has the keys that its reference names, and no other can be read."""

from __future__ import annotations

import pytest

from fake_lightroom import Options, RuleBroken
from fake_lightroom.registry import IMPLEMENTATIONS
from fake_lightroom.tables.returned import RETURNED, Record

FILES = 'local LrFileUtils, LrPathUtils = import "LrFileUtils", import "LrPathUtils"\n'


def test_a_key_that_the_sdk_does_not_return_cannot_be_read(start):
    """`freeSize` looked right to everybody who had read only the fake."""
    with pytest.raises(RuleBroken, match=r"what LrFileUtils\.volumeAttributes returns has no key freeSize"):
        start(FILES + "say(LrFileUtils.volumeAttributes('/').freeSize)").run_menu("Go")


def test_no_pcall_hides_it(start):
    with pytest.raises(RuleBroken, match="has no key"):
        start(FILES + "LrTasks.pcall(function() return LrFileUtils.volumeAttributes('/').freeSize end)").run_menu("Go")


def test_a_disk_tells_its_size_and_what_is_free(start, said):
    lightroom = start(
        FILES + "local a = LrFileUtils.volumeAttributes('/'); say(a.fileSystemFreeSize, a.fileSystemSize >= 7)",
        options=Options(disk_free=7),
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["7 true"]


def test_an_odd_volume_tells_nothing(start, said):
    lightroom = start(
        FILES + "say(LrFileUtils.volumeAttributes('/').fileSystemFreeSize)", options=Options(disk_free="unknown")
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["nil"]


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("import('LrApplication').versionTable()", "string"),
        ("catalog:getAllPhotos()[1]:getRawMetadata('dimensions')", "w"),
        ("catalog:getAllPhotos()[1]:getDevelopSettings()", "Exposure2013"),
        ("catalog:batchGetRawMetadata(catalog:getAllPhotos(), { 'path' })[catalog:getAllPhotos()[1]]", "uuid"),
        ("select(2, LrHttp.get('http://127.0.0.1:1/'))", "code"),
        ("select(2, LrHttp.get('http://127.0.0.1:1/')).error", "code"),
    ],
)
def test_every_table_is_as_strict(start, pictures, what, key):
    lightroom = start(f"say(({what}).{key})")
    lightroom.add_photo(pictures(1)[0])
    with pytest.raises(RuleBroken, match=f"has no key {key}"):
        lightroom.run_menu("Go")


def test_the_fake_cannot_invent_a_key_either():
    with pytest.raises(AssertionError, match="invents"):
        Record("LrFileUtils.volumeAttributes", {"freeSize": 1})


@pytest.mark.parametrize("name", sorted(RETURNED))
def test_each_table_names_its_source(name):
    assert RETURNED[name].source
    assert name in IMPLEMENTATIONS or name.split(".")[0] in ("LrHttp", "LrPhoto")
