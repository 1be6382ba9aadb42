"""The record of a model's training, which is stored beside the model and from which its card is written."""

from __future__ import annotations

import msgspec


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The record of one training. `couloir` is the version and `command` the command line; `seconds` and
    `peak_megabytes` are of the training itself; `photographs` are the keys (hashes) of the photographs behind the
    pairs; `note` is a remark on the data for the card.
    """

    name: str
    command: str
    couloir: str
    seed: int
    pairs: int
    validated: int
    real_pairs: int
    worlds: int
    members: int
    hidden: list[int]
    epochs: int
    seconds: float
    peak_megabytes: float
    python: str
    numpy: str
    photographs: list[str]
    coverage: float
    note: str = ""
