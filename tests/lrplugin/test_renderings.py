"""The export settings of the renderings that are measured do not depend on the user's last export."""

from __future__ import annotations

import shutil

import pytest

from fake_lightroom import Lightroom, Options, PureModules
from fake_lightroom.tables.export import EXPORT, unsaid

ID = "org.couloir.lightroom"
DRAW = """
local sdk, Renderings, Progress = require "Sdk", require "Renderings", require "Progress"
sdk.Tasks.startAsyncTask(function()
  local photos = sdk.catalog():getAllPhotos()
  Progress.with("Drawing", function(bar)
    local pictures, whys = Renderings.draw("session", photos, bar, function() end)
    for _, photo in ipairs(photos) do
      local got = pictures and (pictures[photo] or whys[photo]) or "cancelled"
      sdk.Dialogs.message(got)
    end
  end)
end)
"""


@pytest.fixture
def drawing(plugin, tmp_path):
    """A Lightroom whose plug-in draws the photos of the catalog; `draw` begins it."""
    folder = tmp_path / "Couloir.lrplugin"
    shutil.copytree(plugin, folder)
    (folder / "Draw.lua").write_text(DRAW)
    home = tmp_path / "home"
    home.mkdir()

    def begin(photos=2, **more):
        lightroom = Lightroom(folder, home=home, **more)
        for number in range(photos):
            path = tmp_path / f"{number}.JPG"
            path.write_bytes(b"not really a photo")
            lightroom.add_photo(path)
        return lightroom

    return begin


def said(lightroom):
    return [dialog.title for dialog in lightroom.dialogs]


def test_an_export_says_everything_that_the_users_last_one_would_decide(plugin):
    settings = PureModules(plugin, ID).call("Renderings.settings", "/tmp/x")
    assert unsaid({**settings, "LR_markedPresets": {}}) == []
    assert settings.keys() <= EXPORT.keys()
    silent = {name for name in EXPORT if name not in settings}
    # Of another format, of videos, of another way to say the size, and the font of a watermark that is not there.
    assert {name.removeprefix("LR_").partition("_")[0] for name in silent} == {
        "DNG", "tiff", "export", "size", "selectedTextFontFamily", "selectedTextFontSize",
    }  # fmt: skip


def test_the_last_export_cannot_change_a_measurement(drawing):
    """Neither an HDR export of 20 kB with a watermark to an uploader, nor none at all, is seen in what is drawn."""
    drawn = {}
    for name, last in {"hostile": {}, "refused": None}.items():
        jobs = drawn.setdefault(name, [])
        lightroom = drawing(
            renderer=lambda job, jobs=jobs: jobs.append(job) or b"picture", options=Options(last_export=last)
        )
        lightroom.run_script("Draw.lua")
        assert said(lightroom) == ["cGljdHVyZQ=="] * 2
    seen = [[(j.width, j.height, j.format, j.quality) for j in jobs] for jobs in drawn.values()]
    assert seen[0] == seen[1]
    void = {name for name, key in EXPORT.items() if key.void}
    plain = [[{k: v for k, v in j.export.items() if k not in void} for j in jobs] for jobs in drawn.values()]
    assert plain[0] == plain[1]
    assert plain[0][0]["LR_exportServiceProvider"] == "com.adobe.ag.export.file"


def test_nothing_stays_in_the_folder_for_temporary_files(drawing, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    drawing(renderer=lambda job: b"picture").run_script("Draw.lua")
    assert not (tmp_path / "Couloir session").exists()


def test_a_folder_that_cannot_be_made_is_the_reason_of_each_photo(drawing, monkeypatch, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    monkeypatch.setattr("tempfile.tempdir", str(blocked))
    lightroom = drawing(renderer=lambda job: b"picture")
    lightroom.run_script("Draw.lua")
    assert said(lightroom) == [f"{blocked}/Couloir session: Not a directory"] * 2


def test_after_a_cancel_no_other_rendering_begins(drawing):
    drawn = []

    def render(job):
        drawn.append(job.path.name)
        lightroom.cancel()
        return b"picture"

    lightroom = drawing(photos=5, renderer=render)
    lightroom.run_script("Draw.lua")
    assert said(lightroom) == ["cancelled"] * 5
    assert len(drawn) == 1
