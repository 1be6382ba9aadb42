"""Tables and files of enhanced profiles are those that Adobe's software reads and writes.

`enhanced_tables.json` holds what Adobe's SDK says of each table: `scripts/evaluate_engines.py SAMPLES --only tables`.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.errors import BadXmp
from couloir.lightroom.enhanced.look import EnhancedProfile, get_tables, put_tables, table_of_look
from couloir.lightroom.enhanced.profile_file import read_profile_file, write_profile_file
from couloir.lightroom.enhanced.rgb_table import Gamma, Gamut, Primaries, RgbTable, identity_samples, parse_table
from couloir.lightroom.enhanced.table_text import read_table, spell_table
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.rdf import new_photo, parse, serialize
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, read_packet, write_packet
from evaluation.engines_tables import tables

ADOBE = json.loads(Path(__file__).with_name("enhanced_tables.json").read_text(encoding="utf-8"))
TABLES = dict(tables())
TABLE = RgbTable(np.sqrt(identity_samples(4) * 65535.0).astype(np.uint16))
IMAGE, STAMP = ImageFacts(None, None, 1, "NEF"), Stamp("0.1.0", "library", "version")


@pytest.mark.parametrize("name", sorted(ADOBE))
def test_a_table_has_the_fingerprint_that_adobes_sdk_gives_it(name: str) -> None:
    assert TABLES[name].fingerprint == ADOBE[name]["fingerprint"]


@pytest.mark.parametrize("name", sorted(name for name in ADOBE if "text" in ADOBE[name]))
def test_a_text_that_adobes_sdk_wrote_is_read_and_written_again(name: str) -> None:
    text = ADOBE[name]["text"]
    assert read_table(text).fingerprint == ADOBE[name]["fingerprint"]
    assert read_table(spell_table(TABLES[name])).to_bytes() == read_table(text).to_bytes()


@given(
    st.integers(2, 5),
    st.integers(0, 2**32 - 1),
    st.sampled_from(Primaries),
    st.sampled_from(Gamma),
    st.sampled_from(Gamut),
    st.booleans(),
)
def test_a_table_comes_back_from_its_text(
    divisions: int, seed: int, primaries: Primaries, gamma: Gamma, gamut: Gamut, may_embed: bool
) -> None:
    samples = np.random.default_rng(seed).integers(0, 0x10000, (divisions, divisions, divisions, 3)).astype(np.uint16)
    table = RgbTable(samples, primaries, gamma, gamut, 0.25, 1.5, may_embed)
    back = read_table(spell_table(table))
    assert np.array_equal(back.samples, samples)
    assert back.to_bytes() == table.to_bytes()


@given(st.binary(max_size=200))
def test_other_bytes_are_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"it |divisions|valid"):
        parse_table(data)


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=60))
def test_other_texts_are_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"its text|it "):
        read_table(text)


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_text_that_was_cut_off_is_no_table(cut: int) -> None:
    with pytest.raises(ValueError, match=r"cut off|decompressed"):
        read_table(spell_table(TABLE)[:-cut])


def test_a_text_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(ValueError, match="characters"):
        read_table("0" * 500_000)


@pytest.mark.parametrize("shape", [(33, 33, 33, 3), (1, 1, 1, 3), (4, 4, 5, 3), (4, 4, 4)])
def test_a_table_that_adobes_sdk_would_refuse_cannot_be_made(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"divisions|samples"):
        RgbTable(np.zeros(shape, np.uint16))


def test_a_table_that_changes_nothing_is_stored_as_zeros() -> None:
    assert set(RgbTable(identity_samples(9)).to_bytes()[16:-28]) == {0}


def test_a_profile_file_gives_its_profile_back() -> None:
    profile = EnhancedProfile("Aperture: Wedding & <party> \u2603", TABLE)
    back = read_profile_file(write_profile_file(profile), "file")
    assert (back.name, back.group, back.uuid) == (profile.name, profile.group, profile.uuid)
    assert back.table.fingerprint == TABLE.fingerprint


def test_equal_tables_are_one_profile_on_every_machine() -> None:
    again = RgbTable(TABLE.samples.copy())
    assert EnhancedProfile("a", TABLE).uuid == EnhancedProfile("b", again).uuid
    assert EnhancedProfile("a", TABLE).uuid != EnhancedProfile("a", RgbTable(identity_samples(4))).uuid


def test_a_preset_that_is_no_profile_is_refused() -> None:
    with pytest.raises(BadXmp, match="no profile"):
        read_profile_file(serialize(new_photo(), "x", wrapped=False), "file")
    photo = parse(write_profile_file(EnhancedProfile("a", TABLE)), "file")
    put_tables(photo, ())
    with pytest.raises(BadXmp, match="no readable RGB table"):
        read_profile_file(serialize(photo, "x", wrapped=False), "file")


def test_a_packet_carries_the_table_of_its_look_and_loses_it_with_the_look() -> None:
    profile = EnhancedProfile("Aperture: test", TABLE)
    settings = DevelopSettings({"Exposure2012": 0.5, "Look": profile.look(0.8)})
    packet = write_packet(settings, PhotoMetadata(), IMAGE, STAMP, tables=[TABLE])
    read = read_packet(packet, "photo").settings["Look"]
    assert isinstance(read, dict)
    assert (read["Amount"], table_of_look(read)) == (0.8, TABLE.fingerprint)
    assert list(get_tables(parse(packet, "photo"))) == [TABLE.fingerprint]
    later = write_packet(DevelopSettings({"Exposure2012": 0.5}), PhotoMetadata(), IMAGE, STAMP, base=packet)
    assert get_tables(parse(later, "photo")) == {}


def test_a_table_under_another_name_or_damaged_is_not_there() -> None:
    photo = new_photo()
    photo.set_text(f"crs:Table_{'0' * 32}", spell_table(TABLE))
    photo.set_text("crs:Table_" + TABLE.fingerprint, "!" + spell_table(TABLE)[1:])
    assert get_tables(photo) == {}


@pytest.mark.parametrize("amount", [-0.1, 2.1])
def test_an_amount_beyond_the_tables_is_refused(amount: float) -> None:
    with pytest.raises(ValueError, match="amount"):
        EnhancedProfile("a", TABLE).look(amount)
