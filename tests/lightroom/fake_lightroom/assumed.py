"""Rules that no outside source settles: each is a switch of `Options`, and a plug-in must work with each setting.

The environment variable FAKE_LIGHTROOM sets switches for a whole run of tests, where a test does not set them itself:
`FAKE_LIGHTROOM=others` takes the first other behaviour of each, `FAKE_LIGHTROOM=keyword_type=settable,readback=single`
those that are named.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

ASSUMED: Mapping[str, tuple[Any, ...]] = {
    "taken_name": ("error",),
    "stack_across_folders": ("unstacked",),
    "collapsed_in_collections": (True,),
    "batch_rows": ("some",),
    "keyword_type": ("settable", "refused"),
    "keyword_reads_need_access": (False,),
    "gone_objects": ("nil",),
    "copies_take_fields": (False,),
    "fields_on_new_photo": (False,),
    "uuid_finds_copies": (False,),
    "snapshot_in_gate": ("before",),
    "cancel_in_gate": (False,),
    "slow_calls_in_gate": ("allowed",),
    "prefs_survive_kill": (True,),
    "readback": ("single",),
    "unknown_look": ("ignored",),
    "places_by_lua": ("dropped",),
    "disk_free": ("unknown",),
    "long_paths": (True,),
}
"""The switches, each with the behaviours other than the default."""


def alternatives() -> list[tuple[str, Any]]:
    """Each switch with each of its other behaviours."""
    return [(name, other) for name, others in ASSUMED.items() for other in others]


def chosen() -> dict[str, Any]:
    """What FAKE_LIGHTROOM asks for. Raises ValueError for a switch or a behaviour that does not exist."""
    text = os.environ.get("FAKE_LIGHTROOM", "")
    if text == "others":
        return {name: others[0] for name, others in ASSUMED.items()}
    found = {}
    for word in text.split(",") if text else []:
        name, _, value = word.partition("=")
        others = {str(other): other for other in ASSUMED.get(name, ())}
        if value not in others:
            raise ValueError(f"FAKE_LIGHTROOM: {word!r} is not one of {[f'{n}={o}' for n, o in alternatives()]}")
        found[name] = others[value]
    return found
