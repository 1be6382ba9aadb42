"""Reads and writes colour models and profiles as tags of a DNG file, and writes small linear DNG files.

Tag numbers and meanings: DNG specification 1.7.1, chapters 4 and "Camera Profiles". A linear DNG (photometric
interpretation 34892) is the simplest RAW file that Adobe's SDK, darktable, RawTherapee and LibRaw all open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from couloir.color.arrays import Floats, Matrix
from couloir.engines.dng.color_model import ILLUMINANTS, Calibration, ColorModel
from couloir.engines.dng.profile import Profile
from couloir.engines.dng.tables import HueSatMap
from couloir.engines.dng.tags import (
    BYTE,
    FLOAT,
    LONG,
    RATIONAL,
    SHORT,
    SRATIONAL,
    Tag,
    Tags,
    numbers,
    text,
    write_tags,
)

_UNIQUE_MODEL: Final = 50708
_COLOR_MATRICES: Final = (50721, 50722)
_CALIBRATION_ILLUMINANTS: Final = (50778, 50779)
_FORWARD_MATRICES: Final = (50964, 50965)
_CAMERA_CALIBRATIONS: Final = (50723, 50724)
_ANALOG_BALANCE: Final = 50727
_NEUTRAL: Final = 50728
_WHITE: Final = 50729
_THIRD_MATRIX: Final = 52531
_REFERENCE: Final = 50879
_GAIN_TABLES: Final = (52525, 52544)
_BASELINE_EXPOSURE: Final = 50730
_SHADOW_SCALE: Final = 50739
_SIGNATURES: Final = (50931, 50932)
_NAME: Final = 50936
_MAP_DIMENSIONS: Final = 50937
_MAPS: Final = (50938, 50939)
_TONE_CURVE: Final = 50940
_LOOK_DIMENSIONS: Final = 50981
_LOOK: Final = 50982
_MAP_ENCODING: Final = 51107
_LOOK_ENCODING: Final = 51108
_EXPOSURE_OFFSET: Final = 51109
_DEFAULT_BLACK: Final = 51110

_LINEAR_RAW: Final = 34892
_CODES: Final = {kelvin: code for code, kelvin in ILLUMINANTS.items()}
"""The last code of each temperature: the standard illuminants A, D55, D65 and D75 follow the everyday ones."""


def color_model(tags: Mapping[int, Tag]) -> ColorModel:
    """The colour model that a DNG's first directory states. Raises ValueError naming what is missing."""
    if _COLOR_MATRICES[0] not in tags or (_NEUTRAL not in tags and _WHITE not in tags):
        raise ValueError("it has no colour matrix or no as-shot neutral")
    if _REFERENCE in tags and tags[_REFERENCE].numbers()[0] in (1, 2):
        raise ValueError("it holds a rendered picture, not what a sensor saw")
    if _THIRD_MATRIX in tags:
        raise ValueError("it states its colours under three illuminants, and Couloir knows two")
    found = calibrations(tags)
    exposure = tags[_BASELINE_EXPOSURE].numbers()[0] if _BASELINE_EXPOSURE in tags else 0.0
    shadows = tags[_SHADOW_SCALE].numbers()[0] if _SHADOW_SCALE in tags else 1.0
    model = ColorModel(found, (1.0, 1.0, 1.0), exposure, shadows)
    if _NEUTRAL in tags:
        neutral = tags[_NEUTRAL].numbers()
    else:
        x, y = tags[_WHITE].numbers()[:2]
        neutral = tuple(float(value) for value in model.neutral_of((x, y)))
    if len(neutral) != 3 or min(neutral) <= 0:
        raise ValueError(f"its as-shot neutral has {len(neutral)} channels, not 3 above 0")
    return replace(model, neutral=(neutral[0], neutral[1], neutral[2]))


def calibrations(tags: Mapping[int, Tag]) -> tuple[Calibration, ...]:
    """The calibrations that a DNG or DCP directory states, none where it has no matrix. Raises ValueError."""
    balance = np.diag(tags[_ANALOG_BALANCE].numbers()) if _ANALOG_BALANCE in tags else np.eye(3)
    same = _SIGNATURES[0] not in tags or _SIGNATURES[1] not in tags or _text(tags, 0) == _text(tags, 1)
    found = []
    for i, color in enumerate(_COLOR_MATRICES):
        if color not in tags:
            continue
        illuminant, forward, individual = _CALIBRATION_ILLUMINANTS[i], _FORWARD_MATRICES[i], _CAMERA_CALIBRATIONS[i]
        code = int(tags[illuminant].numbers()[0]) if illuminant in tags else 0
        given = _matrix(tags[forward]) if forward in tags else None
        own = _matrix(tags[individual]) if individual in tags and same else np.eye(3)
        found.append(Calibration(ILLUMINANTS.get(code, 0.0), _matrix(tags[color]), given, balance @ own))
    if len(found) == 2 and (0.0 in {each.kelvin for each in found}):
        found = found[:1]  # as in the SDK: without two known temperatures only the first is used
    return tuple(found)


def profile(tags: Mapping[int, Tag]) -> Profile:
    """The profile that a DNG or DCP directory holds. Raises ValueError for tables of the wrong size, and for gains that
    vary over the picture.
    """
    if any(each in tags for each in _GAIN_TABLES):
        raise ValueError("its profile has gains that vary over the picture (DNG 1.6 and later)")
    curve = tags[_TONE_CURVE].numbers() if _TONE_CURVE in tags else ()
    if len(curve) % 2:
        raise ValueError(f"a tone curve of {len(curve)} numbers, which are not points")
    maps = [
        _table(tags[each], tags[_MAP_DIMENSIONS], _is_set(tags, _MAP_ENCODING))
        for each in _MAPS
        if each in tags and _MAP_DIMENSIONS in tags
    ]
    look = None
    if _LOOK in tags and _LOOK_DIMENSIONS in tags:
        look = _table(tags[_LOOK], tags[_LOOK_DIMENSIONS], _is_set(tags, _LOOK_ENCODING))
    if len(maps) == 2 and _first_is_warmer(tags) is False:
        maps.reverse()
    return Profile(
        name=tags[_NAME].text() if _NAME in tags else "",
        tone_curve=tuple(zip(curve[::2], curve[1::2], strict=True)),
        hue_sat_maps=tuple(maps),
        look_table=look,
        exposure_offset=tags[_EXPOSURE_OFFSET].numbers()[0] if _EXPOSURE_OFFSET in tags else 0.0,
        default_black=not _is_set(tags, _DEFAULT_BLACK),
    )


def model_tags(model: ColorModel, camera: str) -> Tags:
    """A colour model as tags; calibrations of a temperature without a code are written as daylight (D65)."""
    tags: Tags = {
        _UNIQUE_MODEL: text(camera),
        _NEUTRAL: numbers(RATIONAL, model.neutral),
        _BASELINE_EXPOSURE: numbers(SRATIONAL, [model.baseline_exposure]),
    }
    return {**tags, **calibration_tags(model.calibrations)}


def calibration_tags(found: Sequence[Calibration]) -> Tags:
    """One or two calibrations as tags, the lower temperature first; the individual matrix is left out."""
    tags: Tags = {}
    for i, each in enumerate(sorted(found, key=lambda one: one.kelvin)):
        tags[_COLOR_MATRICES[i]] = numbers(SRATIONAL, each.color.ravel())
        tags[_CALIBRATION_ILLUMINANTS[i]] = numbers(SHORT, [_CODES.get(each.kelvin, 21)])
        if each.forward is not None:
            tags[_FORWARD_MATRICES[i]] = numbers(SRATIONAL, each.forward.ravel())
    return tags


def profile_tags(look: Profile) -> Tags:
    """A profile as tags: only what it states."""
    tags: Tags = {_NAME: text(look.name)} if look.name else {}
    if look.tone_curve:
        tags[_TONE_CURVE] = numbers(FLOAT, [value for point in look.tone_curve for value in point])
    for tag, table in zip(_MAPS, look.hue_sat_maps, strict=False):
        tags[_MAP_DIMENSIONS] = _dimensions(table)
        tags[_MAP_ENCODING] = numbers(LONG, [int(table.encoded)])
        tags[tag] = numbers(FLOAT, table.deltas.ravel().tolist())
    if look.look_table is not None:
        tags[_LOOK_DIMENSIONS] = _dimensions(look.look_table)
        tags[_LOOK_ENCODING] = numbers(LONG, [int(look.look_table.encoded)])
        tags[_LOOK] = numbers(FLOAT, look.look_table.deltas.ravel().tolist())
    if look.exposure_offset:
        tags[_EXPOSURE_OFFSET] = numbers(SRATIONAL, [look.exposure_offset])
    if not look.default_black:
        tags[_DEFAULT_BLACK] = numbers(LONG, [1])
    return tags


def linear_dng(camera: Floats, model: ColorModel, name: str, look: Profile | None = None) -> bytes:
    """A DNG file of height x width x 3 camera colours (0..1, not balanced), 16 bits a channel, with its profile."""
    levels = np.rint(np.clip(camera, 0, 1) * 65535).astype("<u2")
    rows, columns = levels.shape[:2]
    tags: Tags = {
        254: numbers(LONG, [0]),  # Adobe's SDK refuses a file that does not state this default
        256: numbers(LONG, [columns]),
        257: numbers(LONG, [rows]),
        258: numbers(SHORT, [16, 16, 16]),
        259: numbers(SHORT, [1]),
        262: numbers(SHORT, [_LINEAR_RAW]),
        271: text(name.split()[0]),
        272: text(name),
        274: numbers(SHORT, [1]),
        277: numbers(SHORT, [3]),
        278: numbers(LONG, [rows]),
        284: numbers(SHORT, [1]),
        50706: Tag(BYTE, bytes((1, 4, 0, 0))),
        50707: Tag(BYTE, bytes((1, 1, 0, 0))),
        50714: numbers(SHORT, [0, 0, 0]),
        50717: numbers(LONG, [65535, 65535, 65535]),
        **model_tags(model, name),
        **(profile_tags(look) if look is not None else {}),
    }
    return write_tags(tags, strips=[levels.tobytes()])


def _text(tags: Mapping[int, Tag], which: int) -> str:
    """A calibration signature; the camera's matrices count only for a profile that bears the same one."""
    return tags[_SIGNATURES[which]].text()


def _matrix(tag: Tag) -> Matrix:
    values = tag.numbers()
    if len(values) != 9:
        raise ValueError(f"a colour matrix of {len(values)} numbers; only cameras of three colours are supported")
    return np.array(values).reshape(3, 3)


def _table(tag: Tag, dimensions: Tag, encoded: bool) -> HueSatMap:
    hues, saturations, values = (int(n) for n in (*dimensions.numbers(), 1)[:3])
    data = np.array(tag.numbers(), dtype=np.float32)
    if data.size == hues * (saturations - 1) * values * 3:  # the first saturation is left out: the next stands for it
        rest = data.reshape(values, hues, saturations - 1, 3)
        return HueSatMap(np.concatenate([rest[:, :, :1], rest], axis=2), encoded)
    if data.size != hues * saturations * values * 3:
        raise ValueError(f"a table of {data.size} numbers where {hues} x {saturations} x {values} x 3 are stated")
    return HueSatMap(data.reshape(values, hues, saturations, 3), encoded)


def _dimensions(table: HueSatMap) -> Tag:
    values, hues, saturations, _ = table.deltas.shape
    return numbers(LONG, [hues, saturations, values])


def _is_set(tags: Mapping[int, Tag], number: int) -> bool:
    return number in tags and tags[number].numbers()[0] == 1


def _first_is_warmer(tags: Mapping[int, Tag]) -> bool | None:
    codes = [int(tags[each].numbers()[0]) for each in _CALIBRATION_ILLUMINANTS if each in tags]
    if len(codes) < 2:
        return None
    return ILLUMINANTS.get(codes[0], 0.0) <= ILLUMINANTS.get(codes[1], 0.0)
