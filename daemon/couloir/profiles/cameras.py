"""A camera's name as Adobe spells it. By this name Camera Raw selects the photos for which it lists a profile.

A DNG states the name itself. For other RAW files the file's maker and model give it: 129 of 139 profiles that come with
RawTherapee, whose file names are EXIF's, state the same name but for capitals.
"""

from __future__ import annotations

from typing import Final

# How EXIF's makers begin, in capitals, and how Adobe writes them. Of other makers the first word is taken.
_MAKERS: Final = (
    ("CANON", "Canon"),
    ("NIKON", "Nikon"),
    ("SONY", "Sony"),
    ("OLYMPUS", "Olympus"),
    ("OM DIGITAL", "OM Digital Solutions"),
    ("FUJI", "Fujifilm"),
    ("PANASONIC", "Panasonic"),
    ("RICOH", "Ricoh"),
    ("PENTAX", "Pentax"),
    ("ASAHI", "Pentax"),
    ("LEICA", "Leica"),
    ("SAMSUNG", "Samsung"),
    ("EPSON", "Epson"),
    ("SEIKO EPSON", "Epson"),
    ("KODAK", "Kodak"),
    ("EASTMAN KODAK", "Kodak"),
    ("HASSELBLAD", "Hasselblad"),
    ("SIGMA", "Sigma"),
    ("MINOLTA", "Konica Minolta"),
    ("KONICA", "Konica Minolta"),
    ("LEAF", "Leaf"),
    ("MAMIYA", "Mamiya"),
    ("PHASE ONE", "Phase One"),
    ("APPLE", "Apple"),
)


def camera_name(make: str, model: str) -> str:
    """Adobe's name of a camera from EXIF's maker and model; "" where there is no model."""
    make, model = " ".join(make.split()), " ".join(model.split())
    if not model:
        return ""
    spelt = next((name for begins, name in _MAKERS if make.upper().startswith(begins)), make.split(" ")[0])
    first, _, rest = model.partition(" ")
    if rest and first.upper() in (make.split(" ")[0].upper(), spelt.upper()):
        model = rest
    elif spelt and model.upper().startswith(f"{spelt.upper()} "):
        model = model[len(spelt) + 1 :]
    return f"{spelt} {model}".strip()


def maker_of(camera: str) -> str:
    """The maker in such a name; cameras of one maker may share a rendering."""
    return camera.split(" ")[0]
