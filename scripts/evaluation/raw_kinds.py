"""DNG files of many kinds, made from one photograph: mosaics, levels, crops, illuminants, profiles and opcodes.

Each is written as the DNG specification 1.7.1 describes it, by a writer that shares nothing with Couloir's reader but
the layout of a TIFF directory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from couloir.engines.dng import Calibration, ColorModel, HueSatMap, Profile
from couloir.engines.dng.files import model_tags, profile_tags
from couloir.engines.dng.tags import (
    BYTE,
    LONG,
    RATIONAL,
    SHORT,
    SRATIONAL,
    UNDEFINED,
    Tag,
    Tags,
    numbers,
    read_tags,
    write_tags,
)
from evaluation.raw_opcodes import area, doubles, gain_map, lines, opcode, polynomial, table

CAMERA: Final = "Canon EOS 30D"
BAYER: Final = ((0, 1), (1, 2))
X_TRANS: Final = (
    (1, 2, 1, 1, 0, 1),
    (0, 1, 0, 2, 1, 2),
    (1, 2, 1, 1, 0, 1),
    (1, 0, 1, 1, 2, 1),
    (2, 1, 2, 0, 1, 0),
    (1, 0, 1, 1, 2, 1),
)
QUAD: Final = ((0, 0, 1, 1), (0, 0, 1, 1), (1, 1, 2, 2), (1, 1, 2, 2))
WARM: Final = ((0.75, -0.15, -0.08), (-0.55, 1.35, 0.22), (-0.10, 0.22, 0.55))
FORWARD: Final = ((0.6, 0.25, 0.1142), (0.25, 0.85, -0.1), (0.02, -0.1, 0.9049))
OPCODE_TAGS: Final = {1: 51008, 2: 51009, 3: 51022}

Opcodes = Mapping[int, Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of RAW file. `refused`: words that the reason has where Couloir cannot draw it as it is meant."""

    name: str
    data: bytes
    refused: str = ""


def dng(
    stored: np.ndarray,
    model: ColorModel,
    *,
    pattern: Sequence[Sequence[int]] | None = None,
    look: Profile | None = None,
    opcodes: Opcodes | None = None,
    extra: Tags | None = None,
) -> bytes:
    """A DNG of 16-bit levels: height x width for a mosaic of `pattern`, height x width x 3 without one."""
    planes = 1 if stored.ndim == 2 else stored.shape[2]
    tags: Tags = {
        254: numbers(LONG, [0]),
        256: numbers(LONG, [stored.shape[1]]),
        257: numbers(LONG, [stored.shape[0]]),
        258: numbers(SHORT, [16] * planes),
        259: numbers(SHORT, [1]),
        262: numbers(SHORT, [34892 if pattern is None else 32803]),
        274: numbers(SHORT, [1]),
        277: numbers(SHORT, [planes]),
        278: numbers(LONG, [stored.shape[0]]),
        284: numbers(SHORT, [1]),
        50706: Tag(BYTE, bytes((1, 4, 0, 0))),
        50707: Tag(BYTE, bytes((1, 1, 0, 0))),
        50717: numbers(LONG, [65535] * planes),
        **model_tags(model, CAMERA),
        **(profile_tags(look) if look is not None else {}),
    }
    if pattern is not None:
        tags[33421] = numbers(SHORT, [len(pattern), len(pattern[0])])
        tags[33422] = Tag(BYTE, bytes(color for line in pattern for color in line))
    for which, codes in (opcodes or {}).items():
        tags[OPCODE_TAGS[which]] = Tag(UNDEFINED, struct.pack(">I", len(codes)) + b"".join(codes))
    tags |= extra or {}
    return write_tags(tags, strips=[stored.astype("<u2").tobytes()])


def levels(camera: np.ndarray) -> np.ndarray:
    """Camera colours 0..1 as stored levels."""
    return np.asarray(np.rint(np.clip(camera, 0, 1) * 65535))


def mosaic(camera: np.ndarray, pattern: Sequence[Sequence[int]]) -> np.ndarray:
    """What a sensor with such a pattern sees of them."""
    seen = np.empty(camera.shape[:2])
    for row, line in enumerate(pattern):
        for column, color in enumerate(line):
            part = (slice(row, None, len(pattern)), slice(column, None, len(line)))
            seen[part] = camera[(*part, color)]
    return seen


def vignetting() -> np.ndarray:
    """Gains that grow towards the corners, 5 x 7 x 3, a little different in each colour."""
    random = np.random.default_rng(0)
    y, x = np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 7), indexing="ij")
    return 1 + (x**2 + y**2)[..., np.newaxis] * random.uniform(0.2, 0.4, 3)


def raw_kinds(camera: np.ndarray, model: ColorModel) -> Iterator[Kind]:
    """`camera`: camera colours, 0..1, an even number of rows and columns; `model` has one calibration."""
    for kind in (_mosaics, _levels, _frames, _colors, _opcodes_2, _opcodes_3, _refused):
        yield from kind(camera, model)


def _mosaics(camera: np.ndarray, model: ColorModel) -> Iterator[Kind]:
    yield Kind("linear", dng(levels(camera), model))
    turned = {"RGGB": BAYER, "BGGR": ((2, 1), (1, 0)), "GRBG": ((1, 0), (2, 1)), "GBRG": ((1, 2), (0, 1))}
    for name, pattern in {**turned, "X-Trans": X_TRANS, "quad Bayer": QUAD}.items():
        yield Kind(name, dng(levels(mosaic(camera, pattern)), model, pattern=pattern))


def _levels(camera: np.ndarray, model: ColorModel) -> Iterator[Kind]:
    random = np.random.default_rng(5)
    rows, columns = camera.shape[:2]
    seen = mosaic(camera, BAYER)
    black = np.array([[255.0, 260.0], [251.0, 256.0]])
    down, across = (random.integers(-4, 5, size) / np.array([2]) for size in (rows, columns))
    offset = np.tile(black, (rows // 2, columns // 2)) + down[:, np.newaxis] + across
    stored = np.rint(offset + seen * (4000 - 264.0))
    extra = {
        50713: numbers(SHORT, [2, 2]),
        50714: numbers(RATIONAL, black.ravel()),
        50715: numbers(SRATIONAL, across),
        50716: numbers(SRATIONAL, down),
        50717: numbers(LONG, [4000]),
    }
    yield Kind("black and white levels", dng(stored, model, pattern=BAYER, extra=extra))
    curve = np.rint(np.linspace(0, 1, 4096) ** 2 * 65535)
    coded = np.rint(np.sqrt(seen) * 4095)
    yield Kind("linearization table", dng(coded, model, pattern=BAYER, extra={50712: numbers(SHORT, curve)}))


def _frames(camera: np.ndarray, model: ColorModel) -> Iterator[Kind]:
    rows, columns = camera.shape[:2]
    for inset in (8, 60):
        extra = {
            50719: numbers(LONG, [inset, inset // 2]),
            50720: numbers(LONG, [columns - 2 * inset, rows - 2 * inset]),
        }
        yield Kind(f"default crop of {inset} pixels", dng(levels(camera), model, extra=extra))
    masked = np.pad(mosaic(camera, BAYER), ((6, 3), (11, 5)), constant_values=0.02)
    extra = {
        50829: numbers(LONG, [6, 11, 6 + rows, 11 + columns]),
        50719: numbers(LONG, [4, 2]),
        50720: numbers(LONG, [columns - 10, rows - 8]),
    }
    yield Kind("masked borders and a default crop", dng(levels(masked), model, pattern=BAYER, extra=extra))
    for name, across, down in (("wide", 1, 2), ("narrow", 2, 1)):
        squeezed = camera[::down, ::across]
        extra = {50718: numbers(RATIONAL, [across, down])}
        yield Kind(f"{name} pixels", dng(levels(squeezed), model, extra=extra))


def _colors(camera: np.ndarray, model: ColorModel) -> Iterator[Kind]:
    stored = levels(camera)
    (cool,) = model.calibrations
    two = replace(model, calibrations=(Calibration(2850.0, np.array(WARM)), cool))
    yield Kind("two illuminants", dng(stored, two))
    yield Kind("two illuminants, lamp light", dng(stored, replace(two, neutral=(0.8, 1.0, 0.35))))
    forward = replace(model, calibrations=(replace(cool, forward=np.array(FORWARD)),))
    yield Kind("forward matrix", dng(stored, forward))
    own = {50723: numbers(SRATIONAL, np.diag([1.03, 1, 0.97]).ravel()), 50727: numbers(RATIONAL, [1.02, 1, 0.95])}
    yield Kind("camera calibration and analogue balance", dng(stored, forward, extra=own))
    neutral = dng(stored, model, extra={50729: numbers(RATIONAL, [0.3457, 0.3585])})
    yield Kind("as-shot white as a chromaticity", _without(neutral, 50728))
    for stops in (0.75, -0.5):
        yield Kind(f"baseline exposure {stops:+g}", dng(stored, replace(model, baseline_exposure=stops)))
    yield Kind("shadow scale", dng(stored, model, extra={50739: numbers(RATIONAL, [0.25])}))
    yield Kind("profile: look table and curve", dng(stored, model, look=random_look(1)))
    maps = (_table(2), _table(3))
    yield Kind("profile: maps of two illuminants", dng(stored, two, look=replace(random_look(4), hue_sat_maps=maps)))
    yield Kind("profile: exposure offset", dng(stored, model, look=replace(random_look(5), exposure_offset=0.4)))


def _opcodes_2(camera: np.ndarray, model: ColorModel) -> Iterator[Kind]:
    rows, columns = camera.shape[:2]
    stored = levels(camera)
    seen = levels(mosaic(camera, BAYER))
    whole = area((0, 0, rows, columns), planes=3)
    random = np.random.default_rng(6)

    def linear(name: str, *codes: bytes) -> Kind:
        return Kind(f"list 2: {name}", dng(stored, model, opcodes={2: codes}))

    def bayer(name: str, *codes: bytes, which: int = 2, values: np.ndarray = seen) -> Kind:
        return Kind(f"list {which}: {name}", dng(values, model, pattern=BAYER, opcodes={which: codes}))

    yield linear("MapPolynomial", polynomial(0.01, 0.4, 0.3, 0.2, where=whole))
    yield linear("MapTable", table(np.rint(np.linspace(0, 1, 65536) ** 1.4 * 65535), whole))
    part = area((20, 30, rows - 40, columns - 10), planes=3)
    yield linear("MapPolynomial of a part", polynomial(0.0, 0.5, 0.5, where=part))
    yield linear("GainMap", gain_map(vignetting(), whole, inset=0.04))
    phases = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 2)]
    maps = [
        gain_map(vignetting()[..., [plane]], area((top, left, rows, columns), pitch=(2, 2)))
        for (top, left), plane in phases
    ]
    yield bayer("GainMap of each colour of a mosaic", *maps)
    yield bayer("MapPolynomial of one colour", polynomial(0, 0.7, 0.2, where=area((1, 1, rows, columns), pitch=(2, 2))))
    yield linear("DeltaPerRow", lines(10, random.uniform(-400, 900, (rows,)), whole))
    yield linear("DeltaPerColumn", lines(11, random.uniform(-400, 900, (columns,)), whole))
    yield linear("ScalePerRow", lines(12, random.uniform(0.7, 1.1, (rows,)), whole))
    yield linear("ScalePerColumn", lines(13, random.uniform(0.7, 1.1, (columns,)), whole))
    yield bayer("FixVignetteRadial", doubles(3, 0.5, 0.2, -0.1, 0.05, 0.0, 0.5, 0.5))
    yield linear("an optional opcode of a later version", opcode(99, b"later", optional=True))
    spoilt = seen.copy()
    spots = random.integers(6, min(rows, columns) - 6, (40, 2)) * 3 % np.array([rows - 12, columns - 12]) + 6
    spoilt[tuple(spots.T)] = 0
    yield bayer("FixBadPixelsConstant", opcode(4, struct.pack(">2I", 0, 0)), which=1, values=spoilt)
    points = b"".join(struct.pack(">2i", *each) for each in spots)
    listed = opcode(5, struct.pack(">3I", 0, len(spots), 0) + points)
    yield bayer("FixBadPixelsList", listed, which=1, values=spoilt)
    yield bayer("MapPolynomial", polynomial(0.0, 0.6, 0.4 / 65535, where=area((0, 0, rows, columns))), which=1)


def _opcodes_3(camera: np.ndarray, model: ColorModel) -> Iterator[Kind]:
    rows, columns = camera.shape[:2]
    stored = levels(camera)
    seen = levels(mosaic(camera, BAYER))
    whole = area((0, 0, rows, columns), planes=3)
    radial = ((1.0, 0.03, -0.02, 0.01), (0.998, 0.03, -0.02, 0.01), (1.003, 0.03, -0.02, 0.01))
    planes = [number for each in radial for number in (*each, 0.002, -0.001)]
    rectilinear = doubles(1, *planes, 0.49, 0.52, planes=3)
    later = [1.0, 0.0, 0.02, 0.0, -0.01, *[0.0] * 10, 0.001, 0.0, 0.0, 1.0]
    second = doubles(14, *later, 0.5, 0.5, planes=1, tail=struct.pack(">I", 0))

    def both(name: str, *codes: bytes) -> Iterator[Kind]:
        yield Kind(f"list 3: {name}", dng(stored, model, opcodes={3: codes}))
        yield Kind(f"list 3 of a mosaic: {name}", dng(seen, model, pattern=BAYER, opcodes={3: codes}))

    yield from both("FixVignetteRadial", doubles(3, 0.6, 0.3, -0.2, 0.1, 0.0, 0.48, 0.53))
    yield from both("WarpRectilinear", rectilinear)
    yield from both("WarpFisheye", doubles(2, 1.0, -0.1, 0.02, 0.0, 0.5, 0.5, planes=1))
    yield from both("WarpRectilinear2", second)
    yield from both("GainMap", gain_map(vignetting(), whole))
    yield from both("MapPolynomial", polynomial(0.0, 0.5, 0.5, where=whole))
    yield from both("a warp and a vignette", rectilinear, doubles(3, 0.6, 0.3, 0.0, 0.0, 0.0, 0.5, 0.5))
    cropped = {50719: numbers(LONG, [30, 20]), 50720: numbers(LONG, [columns - 60, rows - 40])}
    yield Kind("list 3: WarpRectilinear and a crop", dng(stored, model, opcodes={3: [rectilinear]}, extra=cropped))
    trim = opcode(6, struct.pack(">4i", 10, 14, rows - 6, columns - 8))
    extra = {50719: numbers(LONG, [0, 0]), 50720: numbers(LONG, [columns - 22, rows - 16])}
    yield Kind("list 3: TrimBounds", dng(stored, model, opcodes={3: [trim]}, extra=extra))


def _refused(camera: np.ndarray, model: ColorModel) -> Iterator[Kind]:
    stored = levels(camera)
    seen = levels(mosaic(camera, BAYER))
    unknown = {2: [opcode(99, b"later")]}
    yield Kind("an opcode of a later version", dng(stored, model, opcodes=unknown), "opcode 99")
    warped = {2: [doubles(1, 1.0, 0.03, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5, planes=1)]}
    yield Kind("a warped mosaic", dng(seen, model, pattern=BAYER, opcodes=warped), "Warp in opcode list 2")
    yield Kind("a staggered sensor", dng(seen, model, pattern=BAYER, extra={50711: numbers(SHORT, [2])}), "grid")
    four = ((0, 1), (3, 2))
    extra = {50710: Tag(BYTE, bytes((0, 1, 2, 3)))}
    yield Kind("a sensor of four colours", dng(seen, model, pattern=four, extra=extra), "three colours")
    yield Kind("floating-point numbers", dng(stored, model, extra={339: numbers(SHORT, [3] * 3)}), "floating-point")
    yield Kind("lossy compression", dng(stored, model, extra={259: numbers(SHORT, [34892])}), "with losses")
    yield Kind("JPEG XL", dng(stored, model, extra={259: numbers(SHORT, [52546])}), "JPEG XL")
    yield Kind("three illuminants", dng(stored, model, extra={52531: numbers(SRATIONAL, [1.0] * 9)}), "illuminants")
    yield Kind("gains in a profile", dng(stored, model, extra={52525: Tag(UNDEFINED, b"gains")}), "vary over")
    yield Kind("a rendered picture", dng(stored, model, extra={50879: numbers(SHORT, [1])}), "a sensor saw")
    yield Kind("no colour matrix", _without(dng(stored, model), 50721), "colour matrix")


def _without(data: bytes, number: int) -> bytes:
    """A file of one strip written anew without a tag."""
    tags = read_tags(data)
    at, size = (int(tags[each].numbers()[0]) for each in (273, 279))
    kept = {key: tag for key, tag in tags.items() if key not in (number, 273, 279)}
    return write_tags(kept, strips=[data[at : at + size]])


def _table(seed: int) -> HueSatMap:
    random = np.random.default_rng(seed)
    shape = (4, 12, 5)
    parts = [random.uniform(-15, 15, shape), random.uniform(0.7, 1.3, shape), random.uniform(0.9, 1.1, shape)]
    return HueSatMap(np.stack(parts, axis=-1).astype(np.float32), encoded=True)


def random_look(seed: int) -> Profile:
    """A profile of a curve and random hue shifts, saturation and lightness."""
    curve = ((0.0, 0.0), (0.2, 0.28), (0.5, 0.66), (1.0, 1.0))
    return Profile("A look", curve, look_table=_table(seed), default_black=False)
