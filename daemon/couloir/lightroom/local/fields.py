"""Local adjustments as Lightroom's own tables, which its Lua SDK takes, and as `crs:MaskGroupBasedCorrections` of XMP.

Field names and values: packets of Camera Raw 15 to 18 in public collections. A mask that takes away states
MaskBlendMode 1 and MaskValue 0 (235 of 235 packets of one collection, 26 of 26 of another), and one that intersects is
inverted as well (105 cases). Identifiers are made of the content: the same adjustment has the same ones everywhere.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from lxml import etree

from couloir.errors import BadXmp
from couloir.lightroom.local.masks import (
    Brush,
    Combination,
    Dab,
    LinearGradient,
    LocalAdjustment,
    Mask,
    RadialGradient,
    Shape,
    Stroke,
)
from couloir.lightroom.local.settings import LOCAL_SETTINGS, show, store
from couloir.lightroom.rdf import Properties, name, quote_value

KEY: Final = "MaskGroupBasedCorrections"

MOST_ADJUSTMENTS: Final = 200
"""Local adjustments of one photo that are read; no packet that was seen has more than about 30."""

_PROPERTY: Final = f"crs:{KEY}"
_NAMESPACE: Final = uuid.UUID("2b1d6f50-61a4-5c34-8f0c-3c1f8e8f5d11")
_LISTS: Final = frozenset({"CorrectionMasks", "Masks", "Dabs"})
_NAMES: Final[Mapping[type, str]] = {
    Brush: "Brush",
    LinearGradient: "Linear Gradient",
    RadialGradient: "Radial Gradient",
}
_DEEPEST: Final = 6
_MOST_PARTS: Final = 4000

Fields = dict[str, Any]


def as_fields(adjustments: Iterable[LocalAdjustment]) -> list[Fields]:
    """The value of the develop setting MaskGroupBasedCorrections: texts, numbers, truths and lists of such tables."""
    return [_adjustment(each, f"{number}") for number, each in enumerate(adjustments)]


def from_fields(fields: Sequence[Mapping[str, Any]]) -> list[LocalAdjustment]:
    """The adjustments in such a value. Raises ValueError for masks of other kinds, which Couloir neither writes nor
    changes.
    """
    if len(fields) > MOST_ADJUSTMENTS or not all(isinstance(each, Mapping) for each in fields):
        raise ValueError(f"{len(fields)} local adjustments, or some that are no structures")
    return [_read_adjustment(each) for each in fields if _moves_something(each)]


def put_local(photo: Properties, adjustments: Iterable[LocalAdjustment]) -> None:
    """Write them into a packet in place of those that it has."""
    put_structures(photo, _PROPERTY, as_fields(adjustments))


def put_structures(photo: Properties, prefixed: str, fields: Sequence[Fields]) -> None:
    """Write a list of structures into a packet in place of the one that it has; none for an empty list."""
    photo.remove(prefixed)
    if fields:
        _put_list(etree.SubElement(photo.node, name(prefixed)), fields)


def get_local(photo: Properties, item: str) -> list[LocalAdjustment]:
    """The adjustments in a packet; `item` names it in an error. Raises BadXmp for what `from_fields` refuses."""
    element = photo.element(_PROPERTY)
    if element is None:
        return []
    try:
        return from_fields(_get_list(element, 0))
    except (ValueError, KeyError, TypeError) as error:
        raise BadXmp(item=item, why=f"its local adjustments cannot be read: {error}") from error


def _adjustment(adjustment: LocalAdjustment, seed: str) -> Fields:
    seed = f"{seed} {adjustment!r}"
    return {
        "What": "Correction",
        "CorrectionAmount": adjustment.amount,
        "CorrectionActive": adjustment.active,
        "CorrectionName": adjustment.name,
        "CorrectionSyncID": _identify(seed),
        **{key: round(store(key, value), 6) for key, value in adjustment.settings.items()},
        "CorrectionMasks": [_mask(mask, f"{seed} {number}", number) for number, mask in enumerate(adjustment.masks)],
    }


def _mask(mask: Mask, seed: str, number: int) -> Fields:
    takes = mask.combination is not Combination.ADD
    inverted = mask.inverted or mask.combination is Combination.INTERSECT
    shape = mask.shape
    return {
        "What": _WHAT[type(shape)],
        "MaskActive": True,
        "MaskName": mask.name or f"{_NAMES[type(shape)]} {number + 1}",
        "MaskBlendMode": int(takes),
        "MaskInverted": inverted,
        "MaskSyncID": _identify(seed),
        "MaskValue": 0 if takes else 1,
        **_shape(shape, seed, inverted=inverted),
    }


def _shape(shape: Shape, seed: str, *, inverted: bool) -> Fields:
    match shape:
        case Brush(strokes):
            return {"Masks": [_stroke(stroke, f"{seed} {number}") for number, stroke in enumerate(strokes)]}
        case LinearGradient(zero, full):
            ends = (*zip(("ZeroX", "ZeroY"), zero, strict=True), *zip(("FullX", "FullY"), full, strict=True))
            return {key: round(value, 6) for key, value in ends}
        case RadialGradient():
            sides = {key: round(getattr(shape, key.lower()), 6) for key in ("Top", "Left", "Bottom", "Right")}
            return {
                **sides,
                "Angle": shape.angle,
                "Midpoint": 50,
                "Roundness": 0,
                "Feather": shape.feather,
                # The same in the words of older versions, in which a filter adjusted what lies outside of it.
                "Flipped": not inverted,
                "Version": 2,
            }


def _stroke(stroke: Stroke, seed: str) -> Fields:
    return {
        "What": "Mask/Paint",
        "MaskActive": True,
        "MaskBlendMode": 0,
        "MaskInverted": False,
        "MaskSyncID": _identify(seed),
        "MaskValue": round(stroke.density, 6),
        "Radius": round(stroke.radius, 6),
        "Flow": round(stroke.dabs[0].flow, 4),
        "CenterWeight": round(stroke.hardness, 4),
        "Dabs": list(_tokens(stroke)),
    }


def _tokens(stroke: Stroke) -> Iterator[str]:
    """`f` changes the flow of the dabs after it, `d` is a dab."""
    flow = round(stroke.dabs[0].flow, 4)
    for dab in stroke.dabs:
        if round(dab.flow, 4) != flow:
            flow = round(dab.flow, 4)
            yield f"f {flow:.4f}"
        yield f"d {dab.x:.6f} {dab.y:.6f}"


_WHAT: Final[Mapping[type, str]] = {
    Brush: "Mask/Aggregate",
    LinearGradient: "Mask/Gradient",
    RadialGradient: "Mask/CircularGradient",
}


def _moves_something(fields: Mapping[str, Any]) -> bool:
    return any(_number(fields.get(key, 0)) for key in LOCAL_SETTINGS)


def _read_adjustment(fields: Mapping[str, Any]) -> LocalAdjustment:
    masks = fields["CorrectionMasks"]
    stored = {key: _number(fields[key]) for key in LOCAL_SETTINGS if key in fields}
    return LocalAdjustment(
        name=str(fields.get("CorrectionName", "")),
        # Lightroom states the sliders that are at rest, too; what it stores has six digits.
        settings={key: round(show(key, value), 3) for key, value in stored.items() if value},
        masks=tuple(_read_mask(mask) for mask in masks if _is_true(mask.get("MaskActive", True))),
        amount=_number(fields.get("CorrectionAmount", 1)),
        active=_is_true(fields.get("CorrectionActive", True)),
    )


def _read_mask(fields: Mapping[str, Any]) -> Mask:
    takes = int(_number(fields.get("MaskBlendMode", 0)))
    inverted = _is_true(fields.get("MaskInverted", False))
    if takes not in (0, 1):
        raise ValueError(f"a mask with the blend mode {takes}")
    combination = (Combination.INTERSECT if inverted else Combination.SUBTRACT) if takes else Combination.ADD
    return Mask(_read_shape(fields), combination, inverted=inverted and not takes, name=str(fields.get("MaskName", "")))


def _read_shape(fields: Mapping[str, Any]) -> Shape:
    what = fields.get("What")
    if what == "Mask/Aggregate":
        return Brush(tuple(_read_stroke(stroke) for stroke in fields["Masks"]))
    if what == "Mask/Gradient":
        zero_x, zero_y, full_x, full_y = (_number(fields[key]) for key in ("ZeroX", "ZeroY", "FullX", "FullY"))
        return LinearGradient((zero_x, zero_y), (full_x, full_y))
    if what == "Mask/CircularGradient":
        left, top, right, bottom = (_number(fields[key]) for key in ("Left", "Top", "Right", "Bottom"))
        angle, feather = (_number(fields.get(key, usual)) for key, usual in (("Angle", 0), ("Feather", 50)))
        return RadialGradient(left, top, right, bottom, angle, feather)
    raise ValueError(f"a mask of the kind {quote_value(str(what))}")


def _read_stroke(fields: Mapping[str, Any]) -> Stroke:
    if fields.get("What") != "Mask/Paint" or "Dabs" not in fields:
        raise ValueError("a brush whose strokes are stored elsewhere")
    radius, flow, hardness = (_number(fields[key]) for key in ("Radius", "Flow", "CenterWeight"))
    dabs = []
    for token in fields["Dabs"]:
        letter, *words = str(token).split()
        numbers = [_number(word) for word in words]
        if letter == "f" and len(numbers) == 1:
            flow = numbers[0]
        elif letter == "d" and len(numbers) == 2:
            dabs.append(Dab(numbers[0], numbers[1], flow))
        else:
            raise ValueError(f"the dab {quote_value(str(token))}")
    return Stroke(tuple(dabs), radius, hardness, _number(fields.get("MaskValue", 1)))


def _number(value: object) -> float:
    number = float(str(value))
    if not math.isfinite(number):
        raise ValueError(f"the number {quote_value(str(value))}")
    return number


def _is_true(value: object) -> bool:
    return value is True or str(value).lower() == "true"


def _identify(seed: str) -> str:
    return uuid.uuid5(_NAMESPACE, seed).hex.upper()


def _put_list(parent: etree._Element, entries: Sequence[Fields | str]) -> None:
    sequence = etree.SubElement(parent, name("rdf:Seq"))
    for entry in entries:
        item = etree.SubElement(sequence, name("rdf:li"))
        if isinstance(entry, str):
            item.text = entry
            # A brush has hundreds of dabs: one a line, without the indentation that the packet has elsewhere.
            sequence.text = item.tail = "\n"
            continue
        inner = Properties(etree.SubElement(item, name("rdf:Description")))
        for key, value in entry.items():
            if isinstance(value, list):
                _put_list(etree.SubElement(inner.node, name(f"crs:{key}")), value)
            else:
                inner.set_text(f"crs:{key}", _spell(value))


def _spell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _get_list(element: etree._Element, depth: int) -> list[Any]:
    """The items of a Seq: texts, or structures in any of RDF's spellings."""
    sequence = element.find(name("rdf:Seq"))
    items = [] if sequence is None else sequence.findall(name("rdf:li"))
    if depth > _DEEPEST or len(items) > _MOST_PARTS:
        raise ValueError("it is nested too deeply, or too long")
    return [_get_item(item, depth) for item in items]


def _get_item(item: etree._Element, depth: int) -> Any:
    inner = item.find(name("rdf:Description"))
    node = item if inner is None else inner
    attributes = {etree.QName(key).localname: str(value) for key, value in node.attrib.items()}
    attributes.pop("parseType", None)
    if not len(node) and not attributes:
        return item.text or ""
    fields: Fields = dict(attributes)
    for child in node:
        key = etree.QName(child).localname
        if key in _LISTS:
            fields[key] = _get_list(child, depth + 1)
        elif not len(child):
            fields[key] = child.text or ""
    return fields
