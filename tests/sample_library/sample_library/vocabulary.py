"""Words that a sample library is made of: cameras, places, keywords, captions, names that break software."""

from __future__ import annotations

import os
from dataclasses import dataclass

# Windows cannot hold some names that a Mac can; libraries generated there do without them.
WINDOWS = os.name == "nt"


@dataclass(frozen=True, slots=True)
class Camera:
    make: str
    model: str
    lens: str
    lens_mm: tuple[float, float]
    prefix: str
    serial: str
    raw: str  # kind of its raw files
    sensor: tuple[int, int]


CAMERAS = (
    Camera(
        "Canon", "Canon EOS 5D Mark II", "EF24-105mm f/4L IS USM", (24, 105), "IMG_", "0820112345", "cr2", (5616, 3744)
    ),
    Camera("NIKON CORPORATION", "NIKON D700", "24.0-70.0 mm f/2.8", (24, 70), "DSC_", "2145678", "nef", (4256, 2832)),
    Camera(
        "Leica Camera AG", "M9 Digital Camera", "Summicron-M 35mm f/2", (35, 35), "L100", "3912345", "dng", (5212, 3472)
    ),
    Camera("FUJIFILM", "FinePix X100", "23mm f/2", (23, 23), "DSCF", "11A01234", "dng", (4288, 2848)),
    Camera("Apple", "iPhone 5s", "iPhone 5s back camera 4.15mm f/2.2", (4.15, 4.15), "PIC_", "", "dng", (3264, 2448)),
)


@dataclass(frozen=True, slots=True)
class Place:
    city: str
    state: str
    country: str
    code: str
    latitude: float
    longitude: float
    altitude: float
    zone: str


PLACES = (
    Place("Vancouver", "British Columbia", "Canada", "CA", 49.2827, -123.1207, 12.0, "America/Vancouver"),
    Place("Paris", "Île-de-France", "France", "FR", 48.8584, 2.2945, 35.0, "Europe/Paris"),
    Place("京都", "京都府", "日本", "JP", 35.0116, 135.7681, 50.0, "Asia/Tokyo"),
    Place("Reykjavík", "Höfuðborgarsvæðið", "Ísland", "IS", 64.1466, -21.9426, 61.0, "Atlantic/Reykjavik"),
    Place("Adelaide", "South Australia", "Australia", "AU", -34.9285, 138.6007, 48.0, "Australia/Adelaide"),
    Place("Kathmandu", "Bagmati", "Nepal", "NP", 27.7172, 85.3240, 1400.0, "Asia/Kathmandu"),
    Place("Ein Gedi", "Southern District", "Israel", "IL", 31.4500, 35.3833, -420.0, "Asia/Jerusalem"),
    Place("Quito", "Pichincha", "Ecuador", "EC", 0.0, -78.4678, 2850.0, "America/Guayaquil"),
)
ZONES = (
    "GMT",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "GMT+0200",
    "Pacific/Apia",
)

# Three levels: category > group > words. "Park" exists under two parents, as it may.
KEYWORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "Places": {
        "England": ("London", "St. James's Park", "Park", "Cornwall"),
        "Ísland": ("Reykjavík", "Jökulsárlón", "Þingvellir"),
        "日本": ("京都", "東京", "富士山"),
    },
    "People": {
        "Family": ("Anna", "José", "Grand-mère", "Zoë"),
        "Friends": ("Priya", "Олег", "محمد"),
    },
    "Nature": {
        "Animals": ("Bird", "Fox", "Höhlenbär"),
        "Plants": ("Tulip", "Park", "Moss"),
        "Weather": ("Fog", "Storm", "Aurora borealis"),
    },
    "Style": {
        "Technique": ("black & white", "HDR <2010>", "long exposure", "50/50 under:over", 'the "golden" hour'),
        "Use": ("Portfolio|Print", "client; do not show", "Competition, 2nd prize", "  padded  "),
    },
    "iPhoto Original": {},
}

TITLES = (
    "Morning fog over the harbour",
    "Zoë & José, first dance",
    "Grüße aus Köln",
    "夕焼けの富士山",
    "غروب الشمس",
    "Прогулка по Неве",
    "The last boat 🚣 of the day",
    "f/8 and be there",
    "No. 7: untitled",
    "Self-portrait (3rd try)",
    "Night market",
    "Winter light",
)
CAPTIONS = (
    "A quiet street after the rain.",
    "Left to right: Anna, José, Priya & Олег.\nTaken with a self-timer.",
    "He said: “don't move” — she did <em>not</em> listen.",
    "桜の下で。二枚目は露出を +0.3 に。",
    "شارع هادئ بعد المطر",
    "Cafe\u0301 (decomposed) and Café (composed) are the same word.",
    "👩‍👩‍👧‍👦 family 🏳️‍🌈 and a ZWJ",
    'Tab\there, quote " there, back\\slash, and a trailing space ',
    "Long caption. " * 120,
)
BYLINES = ("Hélène Dubois", "Jörg Müller", "Ada Nakamura", "O'Brien & Sons")
RIGHTS = ("© 2013 Hélène Dubois", "(c) Jörg Müller. All rights reserved.", "CC BY-NC-SA 3.0")
PEOPLE = ("Anna", "José", "Priya", "Олег", "Zoë")

# Names that people really have, and that file systems, shells or markup do not like: (version name, file stem or None).
ODD_NAMES: tuple[tuple[str, str | None], ...] = (
    ("Cafe\u0301 de Flore", "Cafe\u0301 de Flore"),  # NFD, as HFS+ stores it
    ("Café de Flore", "Café de Flore"),  # the same in NFC
    ("Rome / Ostia 1/2", None),
    ("10:45 at the station", None if WINDOWS else "10:45 at the station"),
    (".hidden", ".hidden"),
    ("trailing space ", None if WINDOWS else "trailing space "),
    ("trailing dot.", None if WINDOWS else "trailing dot."),
    ("🐧 on ice 🧊", "🐧 on ice 🧊"),
    ("CON", None if WINDOWS else "CON"),
    ("aux.backup", None if WINDOWS else "aux.backup"),
    ("x" * 180, "x" * (60 if WINDOWS else 180)),
    ("ＦＵＬＬ　ｗｉｄｔｈ", "ＦＵＬＬ　ｗｉｄｔｈ"),
    ('<a href="x">&amp;</a>', None if WINDOWS else "a&b <c>"),
    ("back\\slash * ? | \" '", None if WINDOWS else "back\\slash * ?"),
    ("שלום right to left", "שלום right to left"),
    ("", None),
    ("   ", None),
    ("-rf", "-rf"),
    ("..", None),
    ("%41%2F..%2F", "%41%2F..%2F"),
    ("null\u200bwidth\ufeff", "null\u200bwidth"),
)

# Names of the first projects. Each stands for a case; plain ones follow in any number.
PROJECTS = (
    "Harbour",
    "Wedding",
    "",
    "Rome / Ostia: day 1",
    "Wedding",
    "",
    "Íslandsferð 2012 ❄",
    "COM1",
    ".private ",
    "Clients, A–Z; 50% off",
    "p" * 200,
    "Thrown away",
    "Inside a thrown folder",
)
THROWN_PROJECT, PROJECT_IN_THROWN_FOLDER = 11, 12  # positions in PROJECTS
