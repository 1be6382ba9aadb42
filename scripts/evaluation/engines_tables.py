"""RGB tables of enhanced profiles beside Adobe's DNG SDK: bytes, fingerprints, packets, and the drawing of light.

What the SDK says of the tables is kept in tests/lightroom/enhanced_tables.json, where the tests hold the writer
against it on every computer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from couloir.engines.rgb_table import draw_light
from couloir.json_text import to_json
from couloir.lightroom.enhanced.look import EnhancedProfile, put_tables
from couloir.lightroom.enhanced.profile_file import write_profile_file
from couloir.lightroom.enhanced.rgb_table import Gamma, Gamut, Primaries, RgbTable, identity_samples
from couloir.lightroom.enhanced.table_text import read_table, spell_table
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.rdf import parse, serialize
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet
from evaluation.adobe_sdk import AdobeTables
from evaluation.section import Section

KEPT = Path(__file__).resolve().parents[2] / "tests" / "lightroom" / "enhanced_tables.json"

_DIVISIONS = (2, 3, 8, 16, 25, 32)
_SPELT = 3
_AMOUNTS = (0.5, 1.0, 1.7)
_NAMES = dict(zip(Primaries, ("sRGB", "Adobe RGB", "ProPhoto", "Display P3", "Rec. 2020"), strict=True))
_IN_LOOK = "Look/crs:Parameters/crs:RGBTable"


def tables() -> Iterator[tuple[str, RgbTable]]:
    """Tables of all sizes, axes and kinds by name; the same on every machine."""
    chance = np.random.default_rng(18)
    spaces = [(primaries, gamma) for primaries in Primaries for gamma in Gamma]
    for number, divisions in enumerate(_DIVISIONS):
        same = identity_samples(divisions)
        noise = chance.integers(0, 0x10000, same.shape).astype(np.uint16)
        bent = np.rint(np.sin(same / 65535 * np.pi / 2) * 65535).astype(np.uint16)
        grey = np.repeat(same.mean(axis=-1, keepdims=True), 3, axis=-1).astype(np.uint16)
        for kind, samples in (("unchanged", same), ("noise", noise), ("bent", bent), ("grey", grey)):
            primaries, gamma = spaces[(4 * number + len(kind)) % len(spaces)]
            yield f"{kind} {divisions}", RgbTable(samples, primaries, gamma, Gamut(number % 2), most=1.0 + number % 2)


def measure() -> Section:
    """The tables are made here."""
    sdk = AdobeTables()
    made = dict(tables())
    same = [name for name, table in made.items() if _is_same(sdk, table)]
    rows = [
        Row(
            "tables whose bytes, text and fingerprint the SDK writes, too",
            len(same),
            f"of {len(made)}",
            f"= {len(made)}",
            len(same) == len(made),
        )
    ]
    rows += _packets(sdk)
    rows += _drawing(sdk)
    KEPT.write_text(to_json({name: _kept(sdk, table) for name, table in made.items()}) + "\n", encoding="utf-8")
    return Section(rows)


def _kept(sdk: AdobeTables, table: RgbTable) -> dict[str, str]:
    text = spell_table(table)
    told = {"fingerprint": sdk.decode(text)[0]}
    return {**told, "text": text} if table.divisions <= _SPELT else told


def _is_same(sdk: AdobeTables, table: RgbTable) -> bool:
    text = spell_table(table)
    fingerprint, divisions, primaries, gamma, gamut, least, most, total, again = sdk.decode(text)
    added = 0
    for sample in table.samples.reshape(-1).tolist():
        added = (added * 31 + sample) & 0xFFFFFFFFFFFFFFFF
    stated = (table.divisions, table.primaries, table.gamma, table.gamut, table.least, table.most)
    return (
        fingerprint == table.fingerprint == read_table(text).fingerprint
        and (int(divisions), int(primaries), int(gamma), int(gamut), float(least), float(most)) == stated
        and (int(total), again) == (added, "1")
    )


def _packets(sdk: AdobeTables) -> Iterator[Row]:
    profile = EnhancedProfile(
        "Aperture: Wedding & party", RgbTable(np.sqrt(identity_samples(16) * 65535.0).astype(np.uint16))
    )
    wanted = profile.table.fingerprint
    found = sdk.find(write_profile_file(profile), "RGBTable") == wanted
    yield Row("the SDK finds the table of a profile file", int(found), "of 1", "= 1", found)
    settings = DevelopSettings({"Exposure2012": 0.5, "Look": profile.look()})
    packet = write_packet(
        settings, PhotoMetadata(), ImageFacts(None, None, 1, "NEF"), Stamp("1", "l", "v"), tables=[profile.table]
    )
    found = sdk.find(packet, _IN_LOOK) == wanted
    yield Row("the SDK finds the table of a photo's packet", int(found), "of 1", "= 1", found)
    without = parse(packet, "packet")
    put_tables(without, ())
    missing = sdk.find(serialize(without, "x"), _IN_LOOK) == ""
    yield Row("and not without the table in it", int(missing), "of 1", "= 1", missing)


def _drawing(sdk: AdobeTables) -> Iterator[Row]:
    chance = np.random.default_rng(19)
    light = np.concatenate([chance.random((4000, 3)) ** power for power in (2, 6)])
    turn = np.array([[0.9, 0.06, 0.04], [0.05, 0.9, 0.05], [0.0, 0.08, 0.92]])
    samples = np.rint((identity_samples(16) / 65535) ** 0.9 @ turn.T * 65535).astype(np.uint16)
    for primaries in (
        Primaries.SRGB,
        Primaries.ADOBE_RGB,
        Primaries.PROPHOTO,
        Primaries.DISPLAY_P3,
        Primaries.REC_2020,
    ):
        off = []
        for gamma in Gamma:
            for gamut in Gamut:
                table = RgbTable(samples, primaries, gamma, gamut)
                for amount in _AMOUNTS:
                    off.append(np.abs(sdk.draw(spell_table(table), amount, light) - draw_light(table, light, amount)))
        mean, worst = float(np.mean(off)), float(np.max(off))
        name = _NAMES[primaries]
        yield Row(f"{name}: light drawn beside the SDK's, mean of 30 tables", mean, "of 1", "<= 0.0001", mean <= 1e-4)
        yield Row(f"{name}: worst", worst, "of 1", "<= 0.005", worst <= 5e-3)
