"""The switches for rules without an outside source: each changes the fake's behaviour, in both positions."""

from __future__ import annotations

import pytest

from fake_lightroom import Options, RuleBroken
from fake_lightroom.assumed import ASSUMED, alternatives


@pytest.fixture
def told(start, said, pictures, provider):
    """What a plug-in says of one photo, with these options."""

    def tell(task, extension="nef", **options):
        lightroom = start(
            "local photo = catalog:getAllPhotos()[1]\n" + task,
            info=provider["info"],
            files={"Provider": provider["Provider"]},
            options=Options(**options),
        )
        lightroom.select(lightroom.add_photo(pictures(1, extension)[0]))
        lightroom.run_menu("Go")
        return said(lightroom)

    return tell


COPY = """
write(function() photo:setPropertyForPlugin(_PLUGIN, "note", "n") end)
local copy = catalog:createVirtualCopies("B")[1]
"""


@pytest.mark.parametrize("taken", [True, False])
def test_a_copy_takes_the_fields_of_its_photo_or_none(told, taken):
    found = told(COPY + 'say(copy:getPropertyForPlugin(_PLUGIN, "note"))', copies_take_fields=taken)
    assert found == ["n" if taken else "nil"]


def test_an_object_that_is_gone_may_answer_nil(told):
    gone = 'import("LrSelection").removeFromCatalog(); say(photo:getRawMetadata("path"))'
    assert told(gone, gone_objects="nil") == ["nil"]


@pytest.mark.parametrize("finds", [True, False])
def test_a_copy_is_found_by_its_uuid_or_not(told, finds):
    found = told(COPY + 'say(catalog:findPhotoByUuid(copy:getRawMetadata("uuid")) ~= nil)', uuid_finds_copies=finds)
    assert found == [str(finds).lower()]


@pytest.mark.parametrize("gives", [True, False])
def test_a_new_photo_takes_fields_in_its_gate_or_not(told, tmp_path, gives):
    (tmp_path / "new.nef").write_bytes(b"x")
    found = told(
        f"""
        local ok
        write(function()
          local new = catalog:addPhoto([[{tmp_path}/new.nef]])
          ok = LrTasks.pcall(function() new:setPropertyForPlugin(_PLUGIN, "note", "n") end)
        end)
        say(ok)
        """,
        fields_on_new_photo=gives,
    )
    assert found == [str(gives).lower()]


@pytest.mark.parametrize(("when", "vibrance"), [("after", 9), ("before", 0)])
def test_a_snapshot_sees_what_its_gate_has_applied_or_not(told, when, vibrance):
    found = told(
        """
        write(function()
          photo:applyDevelopSettings({ Vibrance = 9 })
          photo:createDevelopSnapshot("S", true)
        end)
        write(function() photo:applyDevelopSnapshot(photo:getDevelopSnapshots()[1].snapshotID) end)
        say(photo:getDevelopSettings().Vibrance)
        """,
        snapshot_in_gate=when,
    )
    assert found == [str(vibrance)]


@pytest.mark.parametrize("tells", [True, False])
def test_a_cancel_is_told_inside_a_gate_or_only_after_it(told, tells):
    found = told(
        """
        local scope, inside = LrProgressScope { title = "T" }
        write(function() scope:cancel(); inside = scope:isCanceled() end)
        say(inside, scope:isCanceled())
        """,
        cancel_in_gate=tells,
    )
    assert found == [f"{str(tells).lower()} true"]


def test_what_takes_long_may_be_refused_in_a_gate_or_not(told):
    assert told("write(function() LrTasks.sleep(1) end); say('done')", slow_calls_in_gate="allowed") == ["done"]
    with pytest.raises(RuleBroken, match="inside a gate"):
        told("write(function() LrTasks.sleep(1) end)")


@pytest.mark.parametrize("opens", [True, False])
def test_long_paths_open_on_windows_or_not(start, said, tmp_path, opens):
    folder = tmp_path.joinpath(*["a" * 60] * 5)
    folder.mkdir(parents=True)
    (folder / "x.jpg").write_bytes(b"x")
    lightroom = start(
        f"""
        local path = [[C:{str(folder).replace("/", chr(92))}\\x.jpg]]
        say(import("LrFileUtils").exists(path))
        say(LrTasks.pcall(function() write(function() catalog:addPhoto(path) end) end))
        """,
        platform="win",
        options=Options(long_paths=opens),
    )
    lightroom.run_menu("Go")
    assert said(lightroom)[0] == ("file" if opens else "false")
    assert said(lightroom)[1].startswith("true" if opens else "false LrCatalog:addPhoto: the file does not exist")


@pytest.mark.parametrize(("by_lua", "read"), [("taken", "1 1 1"), ("dropped", "nil nil 0")])
def test_places_of_a_plug_in_are_taken_or_dropped(told, by_lua, read):
    code = """
    local brush = { What = "Correction", LocalExposure2012 = 0.1, CorrectionMasks = { { What = "Mask/Aggregate" } } }
    local spots, eyes = { { SpotType = "heal" } }, { "x = 0.1" }
    local wanted = { MaskGroupBasedCorrections = { brush }, RetouchAreas = spots, RedEyeInfo = eyes }
    write(function() photo:applyDevelopSettings(wanted) end)
    local found, counts = photo:getDevelopSettings(), {}
    for index, key in ipairs { "MaskGroupBasedCorrections", "RetouchAreas", "RedEyeInfo" } do
      counts[index] = tostring(found[key] and #found[key])
    end
    say(table.concat(counts, " "))
    """
    assert told(code, places_by_lua=by_lua) == [read]


@pytest.mark.parametrize(("unknown_look", "read"), [("named", "p"), ("ignored", "nil")])
def test_a_look_whose_profile_is_not_known_is_a_name_or_nothing(told, unknown_look, read):
    code = """
    local photo = catalog:getAllPhotos()[1]
    write(function() photo:applyDevelopSettings({ Look = { Name = "p", UUID = "A", Parameters = {} } }, "Step") end)
    say(photo:getDevelopSettings().Look.Name)
    """
    assert told(code, unknown_look=unknown_look) == [read]


@pytest.mark.parametrize(("name", "other"), alternatives())
def test_each_switch_is_an_option_and_its_others_are_others(name, other):
    default = Options()
    assert hasattr(default, name)
    assert getattr(default, name) != other


def test_the_environment_sets_switches_where_a_test_does_not(monkeypatch):
    monkeypatch.setenv("FAKE_LIGHTROOM", "keyword_type=settable,readback=single")
    assert (Options().keyword_type, Options().readback, Options().disk_free) == ("settable", "single", None)
    assert Options(keyword_type="refused").keyword_type == "refused"
    monkeypatch.setenv("FAKE_LIGHTROOM", "others")
    assert not Options(collapsed_in_collections=False).collapsed_in_collections, "a test that sets it has it so"
    assert all(getattr(Options(), name) == others[0] for name, others in ASSUMED.items())
    monkeypatch.setenv("FAKE_LIGHTROOM", "gravity=off")
    with pytest.raises(ValueError, match="gravity=off"):
        Options()
