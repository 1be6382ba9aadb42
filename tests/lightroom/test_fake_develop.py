"""Develop settings behave as measured: merged, dropped silently when out of range, tied to the kind of file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_lightroom import Options, PluginFailed, RuleBroken
from fake_lightroom.catalog.develop import cropped_size, live_table
from fake_lightroom.catalog.records import Photo
from fake_lightroom.enhanced_profiles import FOLDERS, table_drawn
from fake_lightroom.tables.develop import CLAMPED, KEYS


@pytest.fixture
def apply(start, pictures):
    """Applies tables of settings, one gate each, to a photo of that kind; gives Lightroom and the photo."""

    def run(*tables, extension="nef", **options):
        code = "local photo = catalog:getAllPhotos()[1]\n"
        code += "\n".join(f"write(function() photo:applyDevelopSettings({table}, 'Step') end)" for table in tables)
        lightroom = start(code, options=Options(**options))
        photo = lightroom.add_photo(pictures(1, extension)[0])
        lightroom.run_menu("Go")
        return lightroom, photo

    return run


def test_an_unknown_key_is_an_error(apply):
    with pytest.raises(RuleBroken, match="ColorGradeShadowHue"):
        apply("{ ColorGradeShadowHue = 10 }")


def test_an_unknown_key_can_be_ignored_as_lightroom_does(apply):
    lightroom, photo = apply("{ Temp = 5000, Vibrance = 5 }", unknown_develop_key="ignore")
    assert photo.develop == {"Vibrance": 5}
    assert [(ignored.key, ignored.reason) for ignored in lightroom.ignored] == [("Temp", "unknown")]


@pytest.mark.parametrize(
    "table",
    [
        "{ Contrast2012 = '10' }",
        "{ Contrast2012 = true }",
        "{ ConvertToGrayscale = 1 }",
        "{ Exposure2012 = 0/0 }",
        "{ WhiteBalance = 'Sunny' }",
        "{ ProcessVersion = '12.0' }",
        "{ ToneCurvePV2012 = { 0, 0, 255 } }",
        "{ ToneCurvePV2012 = { 0, 0, 0, 255 } }",
        "{ ToneCurvePV2012 = { 0, 0, 256, 255 } }",
        "'Exposure2012'",
    ],
)
def test_a_value_of_the_wrong_type_is_an_error(apply, table):
    with pytest.raises((RuleBroken, PluginFailed)):
        apply(table)


def test_a_partial_table_is_merged(apply):
    _, photo = apply("{ Exposure2012 = 1, Vibrance = 5 }", "{ Vibrance = 7 }")
    assert photo.develop == {"Exposure2012": 1, "Vibrance": 7}


def test_masks_are_replaced_as_a_whole_and_an_empty_look_clears_it(apply):
    _, photo = apply(
        "{ MaskGroupBasedCorrections = { { What = 'a' }, { What = 'b' } }, Look = { Name = 'x' } }",
        "{ MaskGroupBasedCorrections = { { What = 'c' } }, Look = {} }",
    )
    assert photo.develop == {"MaskGroupBasedCorrections": [{"What": "c"}]}


PROFILE = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:PresetType="Look"'
    ' crs:UUID="{uuid}" crs:RGBTable="{table}" crs:Table_{table}="text"/></rdf:RDF></x:xmpmeta>'
).format(uuid="A" * 32, table="B" * 32)
LOOK = f"{{ Name = 'p', UUID = '{'A' * 32}', Amount = 1, Parameters = {{ RGBTable = '{'B' * 32}' }} }}"


def test_an_enhanced_profile_is_drawn_where_it_was_there_at_the_start(start, pictures, tmp_path):
    folder = tmp_path.joinpath(*FOLDERS["mac"])
    folder.mkdir(parents=True)
    code = f"write(function() catalog:getAllPhotos()[1]:applyDevelopSettings({{ Look = {LOOK} }}, 'Step') end)"
    before = start(code, options=Options(unknown_look="named"))
    (folder / "p.xmp").write_text(PROFILE, "utf-8")  # after the start, and so unknown
    photo = before.add_photo(pictures(1, "nef")[0])
    before.run_menu("Go")
    assert photo.develop["Look"]["Name"] == "p"
    assert table_drawn(photo.develop, before._session.profiles) == ""
    after = start(code)
    photo = after.add_photo(pictures(1, "nef")[0])
    after.run_menu("Go")
    assert table_drawn(photo.develop, after._session.profiles) == "text"
    photo.develop["Look"]["Parameters"] = {"Version": "14.3"}  # a UUID without a table
    assert table_drawn(photo.develop, after._session.profiles) == ""


def test_an_amount_is_added_to_a_look_with_a_table(apply):
    _, photo = apply(f"{{ Look = {LOOK} }}", unknown_look="named")
    assert photo.develop["Look"]["Parameters"] == {"RGBTable": "B" * 32}
    assert live_table(photo, Options())["Look"]["Parameters"] == {"RGBTable": "B" * 32, "RGBTableAmount": 1}


def test_out_of_range_keeps_the_old_value_and_says_nothing(apply):
    lightroom, photo = apply("{ Contrast2012 = 20 }", "{ Contrast2012 = 101 }")
    assert photo.develop == {"Contrast2012": 20}
    assert lightroom.ignored[0].key == "Contrast2012"


def test_four_sliders_clamp(apply):
    _, photo = apply(
        "{ Exposure2012 = 9, Temperature = 90000, Tint = -500, SharpenRadius = 0.1, WhiteBalance = 'Custom' }"
    )
    assert photo.develop == {
        "Exposure2012": 5,
        "Temperature": 50000,
        "Tint": -150,
        "SharpenRadius": 0.5,
        "WhiteBalance": "Custom",
    }


@given(
    st.sampled_from([key for key in KEYS.values() if key.low is not None and key.type == "number"]),
    st.floats(-1e5, 1e5),
)
def test_whatever_is_sent_a_slider_stays_in_its_range(key, value):
    from fake_lightroom.catalog.develop import accepted

    photo = Photo(1, "u", "/x.jpg" if key.only == "rendered" else "/x.nef", "JPG" if key.only == "rendered" else "RAW")
    ignored = []
    taken = accepted({key.name: value, "WhiteBalance": "Custom"}, photo, Options(), ignored.append)
    assert key.low <= taken.get(key.name, key.low) <= key.high
    assert (key.name in taken) == (key.low <= value <= key.high or key.name in CLAMPED)
    assert len(ignored) == (key.name not in taken)


def test_temperature_without_custom_is_stored_but_white_balance_stays(apply):
    _, photo = apply("{ Temperature = 6000 }")
    live = live_table(photo, Options())
    assert (live["Temperature"], live["WhiteBalance"]) == (6000, "As Shot")


def test_incremental_white_balance_is_for_rendered_files_with_custom(apply):
    assert apply("{ IncrementalTemperature = 5, WhiteBalance = 'Custom' }", extension="jpg")[1].develop == {
        "IncrementalTemperature": 5,
        "WhiteBalance": "Custom",
    }


@pytest.mark.parametrize(
    ("table", "extension"),
    [
        ("{ IncrementalTemperature = 5, WhiteBalance = 'Custom' }", "nef"),
        ("{ IncrementalTemperature = 5 }", "jpg"),
        ("{ Temperature = 6000, WhiteBalance = 'Custom' }", "jpg"),
    ],
)
def test_white_balance_of_the_wrong_kind_is_dropped(apply, table, extension):
    lightroom, photo = apply(table, extension=extension)
    assert not photo.develop.keys() & {"Temperature", "IncrementalTemperature"}
    assert len(lightroom.ignored) == 1


def test_rendered_files_know_three_white_balances(apply):
    _, photo = apply("{ WhiteBalance = 'Daylight' }", extension="jpg")
    assert photo.develop == {}


def test_a_profile_that_does_not_exist_is_ignored_silently(apply):
    lightroom, photo = apply("{ CameraProfile = 'Adobe Colour' }")
    assert photo.develop == {}
    assert lightroom.ignored[0].reason == "no such profile"


def test_videos_have_no_develop_settings(apply):
    with pytest.raises(PluginFailed, match="videos"):
        apply("{ Exposure2012 = 1 }", extension="mov")


def test_every_application_is_a_step_of_the_history(apply):
    _, photo = apply("{ Exposure2012 = 1 }", "{ Vibrance = 5 }")
    assert photo.history == [("Step", {"Exposure2012": 1}), ("Step", {"Vibrance": 5})]


def test_snapshots_are_made_found_restored_and_deleted(start, pictures, said):
    lightroom = start(
        """
        local photo = catalog:getAllPhotos()[1]
        local made, again
        write(function() photo:applyDevelopSettings({ Exposure2012 = 1 }) end)
        write(function() made = photo:createDevelopSnapshot("Before") end)
        write(function() photo:applyDevelopSettings({ Exposure2012 = 2 }) end)
        write(function() again = photo:createDevelopSnapshot("Before") end)
        local snapshot = photo:getDevelopSnapshots()[1]
        write(function() photo:applyDevelopSnapshot(snapshot.snapshotID) end)
        say(made, again, snapshot.name, photo:getDevelopSettings().Exposure2012)
        write(function()
          photo:createDevelopSnapshot("Before", true)
          photo:deleteDevelopSnapshot(snapshot.snapshotID)
        end)
        say(#photo:getDevelopSnapshots())
        """
    )
    lightroom.add_photo(pictures(1)[0])
    lightroom.run_menu("Go")
    assert said(lightroom) == ["true false Before 1", "0"]


def test_the_live_table_of_raw_and_rendered_files_differs(start, pictures, said):
    lightroom = start(
        """
        for _, photo in ipairs(catalog:getAllPhotos()) do
          local live = photo:getDevelopSettings()
          say(live.Temperature, live.IncrementalTemperature, live.Sharpness, live.GrayMixerRed, rawget(live, "HasCrop"))
        end
        """
    )
    lightroom.add_photo(pictures(1)[0])
    lightroom.add_photo(pictures(1, "jpg")[0])
    lightroom.run_menu("Go")
    assert said(lightroom) == ["5500 nil 40 nil nil", "nil 0 0 nil nil"]


def test_the_gray_mixer_appears_with_grayscale():
    photo = Photo(1, "u", "/x.nef", "RAW", develop={"ConvertToGrayscale": True})
    assert live_table(photo, Options())["GrayMixerRed"] == 0


def test_numbers_can_come_back_in_single_precision():
    photo = Photo(1, "u", "/x.nef", "RAW", develop={"CropLeft": 0.1})
    read = live_table(photo, Options(readback="single"))["CropLeft"]
    assert read != 0.1
    assert read == pytest.approx(0.1, abs=1e-8)


def test_the_size_of_a_rotated_crop_is_lightrooms():
    crop = {
        "CropLeft": 0.020308,
        "CropRight": 0.979692,
        "CropTop": 0.073108,
        "CropBottom": 0.926892,
        "CropAngle": -3.01,
    }
    photo = Photo(1, "u", "/x.nef", "RAW", develop=crop)
    assert cropped_size(photo, 6720, 4480) == pytest.approx((6237, 4158), abs=2)


def test_presets_of_the_plugin_are_made_and_applied(start, pictures):
    lightroom = start(
        """
        local preset = LrApplication.addDevelopPresetForPlugin(_PLUGIN, "Mine", { Vibrance = 9 })
        write(function() catalog:getAllPhotos()[1]:applyDevelopPreset(preset, _PLUGIN) end)
        """
    )
    photo = lightroom.add_photo(pictures(1)[0])
    lightroom.run_menu("Go")
    assert photo.develop == {"Vibrance": 9}
