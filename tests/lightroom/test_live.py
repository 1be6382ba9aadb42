"""Settings as Lightroom states them, brought into our own form."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from couloir.lightroom.live import read_live
from couloir.lightroom.settings import SETTINGS, PhotoKind
from fake_lightroom.tables.develop import DEFAULTS

ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.lists(st.integers(0, 255))


def test_the_table_of_an_untouched_photo_is_taken_whole():
    for kind in PhotoKind:
        settings, refused = read_live(DEFAULTS[str(kind)], kind)
        assert refused == ()
        assert settings["Exposure2012"] == 0
        assert settings["CropRight"] == 1
        assert "Temperature" not in settings  # it is as shot
        assert kind in settings.kinds


def test_numbers_come_back_as_their_sliders_show_them():
    table = {"Exposure2012": 0.33000001311302185, "WhiteBalance": "Custom", "Temperature": 5500.0, "Tint": -7.0}
    settings, refused = read_live(table, PhotoKind.RAW)
    assert (settings.as_dict(), refused) == (
        {"WhiteBalance": "Custom", "Temperature": 5500, "Tint": -7, "Exposure2012": 0.33},
        (),
    )


def test_what_means_nothing_as_the_table_stands_is_left_out():
    table = {"WhiteBalance": "As Shot", "Temperature": 4000, "CropLeft": 0.2, "Clarity": 3, "IncrementalTint": 5}
    assert read_live(table, PhotoKind.RAW)[0].as_dict() == {"WhiteBalance": "As Shot"}


def test_what_couloir_would_never_set_is_told():
    settings, refused = read_live({"Contrast2012": 200, "Vibrance": "much", "Saturation": 12}, PhotoKind.RENDERED)
    assert (settings.as_dict(), refused) == ({"Saturation": 12}, ("Contrast2012", "Vibrance"))


@given(table=st.dictionaries(st.sampled_from(sorted(SETTINGS)), ANYTHING), kind=st.sampled_from(PhotoKind))
def test_no_table_is_too_strange(table, kind):
    settings, refused = read_live(table, kind)
    assert not settings.keys() & set(refused)
    assert settings.keys() | set(refused) <= table.keys()
