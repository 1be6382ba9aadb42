"""The table of the SDK is whole, and what the fake implements is in it."""

from __future__ import annotations

import pytest

from fake_lightroom.registry import IMPLEMENTATIONS, PROPERTIES
from fake_lightroom.tables import api
from fake_lightroom.tables.develop import CLAMPED, DEFAULTS, KEYS
from fake_lightroom.tables.members import MEMBERS
from fake_lightroom.tables.metadata import FORMATTED, RAW, WRITABLE


@pytest.mark.parametrize("full", sorted(IMPLEMENTATIONS))
def test_an_implemented_call_is_a_call_of_the_sdk(full):
    module, _, name = full.partition(".")
    assert api.members(module)[name].kind in (".", ":")


@pytest.mark.parametrize("full", sorted(PROPERTIES))
def test_an_implemented_property_is_a_property_of_the_sdk(full):
    module, _, name = full.partition(".")
    assert api.members(module)[name].kind == "="


def test_the_table_has_every_module_and_member():
    assert len(MEMBERS) == 56
    assert sum(len(api.members(module)) for module in MEMBERS) == 711


def test_a_word_of_the_table_says_form_arity_needs_and_version():
    add = api.members("LrCatalog")["addPhoto"]
    assert (add.kind, add.fewest, add.most, add.needs, add.yields) == (":", 1, 5, {"gate"}, True)
    pcall = api.members("LrTasks")["pcall"]
    assert (pcall.kind, pcall.fewest, pcall.most, pcall.yields) == (".", 1, None, False)
    assert api.members("LrSelection")["removeFromCatalog"].since == (14, 3)


def test_every_default_of_a_develop_setting_is_in_its_range():
    for kind, defaults in DEFAULTS.items():
        for name, value in defaults.items():
            key = KEYS[name]
            assert key.only in ("", kind)
            if key.type == "number" and key.low is not None:
                assert key.low <= value <= key.high, name


def test_the_grading_keys_that_people_invent_do_not_exist():
    assert not KEYS.keys() & {"ColorGradeShadowHue", "ColorGradeHighlightHue", "Temp", "HasCrop", "Version"}
    assert KEYS.keys() > CLAMPED


def test_metadata_without_a_setter_cannot_be_written():
    assert (len(RAW), len(FORMATTED), len(WRITABLE)) == (56, 99, 66)
    assert not WRITABLE.keys() & {"dateTimeOriginal", "captureTime", "keywords", "path", "uuid"}
