"""Classes of the scripting dictionary of Capture One 16.8.5.30 (published by c1cmd): word, type, and r for read only.

Whole for `adjustment settings`, `curve` and `curve point`; of the other classes the words that a script about
adjustments may need.
"""

from __future__ import annotations

from typing import Final

PROPERTIES: Final[dict[str, dict[str, str]]] = {
    "application": {"version": "text r", "current document": "document", "name": "text r"},
    "document": {"name": "text r", "id": "text r", "kind": "documentType r", "path": "file r"},
    "image": {
        "path": "text r",
        "extension": "text r",
        "file size": "integer r",
        "name": "text",
        "id": "text r",
        "dimensions": "point r",
    },
    "variant": {
        "name": "text r",
        "id": "text r",
        "parent image": "image r",
        "pick": "boolean",
        "position": "integer r",
        "selected": "boolean r",
        "engine": "integer r",
        "adjustments": "adjustment settings",
        "styles": "text list",
        "color tag": "integer",
        "rating": "integer",
        "crop": "rectangle",
        "crop aspect ratio": "text",
        "crop width": "integer",
        "crop height": "integer",
        "crop outside image": "boolean",
    },
    "layer": {"name": "text", "kind": "layer type r", "enabled": "boolean", "opacity": "integer"},
    "curve": {},
    "curve point": {"brightness": "real", "amount": "real"},
    "adjustment settings": {
        "orientation": "integer",
        "rotation": "real",
        "flip": "flip type",
        "keystone amount": "integer",
        **dict.fromkeys((f"keystone {each}" for each in ("vertical", "horizontal", "skew", "aspect")), "real"),
        "color profile": "text",
        "film curve": "text",
        "white balance preset": "text",
        **dict.fromkeys(("temperature", "tint", "exposure", "brightness", "contrast", "saturation"), "real"),
        **dict.fromkeys(("color balance master hue", "color balance master saturation"), "real"),
        **dict.fromkeys(
            (
                f"color balance {tone} {part}"
                for tone in ("shadow", "midtone", "highlight")
                for part in ("hue", "saturation", "lightness")
            ),
            "real",
        ),
        "black and white": "boolean",
        **dict.fromkeys(
            (f"black and white {color} sensitivity" for color in ("red", "yellow", "green", "cyan", "blue", "magenta")),
            "integer",
        ),
        **dict.fromkeys(
            (
                f"black and white split {tone} {part}"
                for tone in ("highlight", "shadow")
                for part in ("hue", "saturation")
            ),
            "integer",
        ),
        "color editor settings": "color editor options",
        **dict.fromkeys(
            (
                f"level {part} {channel}"
                for part in ("highlight", "shadow", "target highlight", "target shadow", "midtone")
                for channel in ("rgb", "red", "green", "blue")
            ),
            "real",
        ),
        **dict.fromkeys((f"{name} curve" for name in ("rgb", "luma", "red", "green", "blue")), "curve"),
        **dict.fromkeys(("highlight recovery", "highlight adjustment", "shadow recovery"), "real"),
        **dict.fromkeys(("white recovery", "black recovery", "clarity amount", "clarity structure"), "real"),
        "clarity method": "clarity method",
        "dehaze amount": "real",
        "dehaze color": "RGB color",
        "vignetting amount": "real",
        "vignetting method": "vignette method",
        **dict.fromkeys(
            (f"sharpening {part}" for part in ("amount", "radius", "threshold", "halo suppression")), "real"
        ),
        "noise reduction luminance": "real",
        "noise reduction details": "integer",
        "noise reduction color": "real",
        "noise reduction single pixel": "real",
        "film grain type": "grain type",
        "film grain impact": "real",
        "film grain granularity": "real",
        "moire amount": "real",
        "moire pattern": "integer",
    },
}
ELEMENTS: Final[dict[str, dict[str, str]]] = {
    "document": {"variant": "variants", "image": "images"},
    "image": {"variant": "variants"},
    "variant": {"layer": "layers"},
    "curve": {"curve point": "curve points"},
}
COMMANDS: Final = frozenset({"add variant", "maximum crop", "delete", "make", "clone variant", "apply style"})
