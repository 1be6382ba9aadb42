"""How a model was trained: the record that lies beside it and that its card is written from."""

from __future__ import annotations

import msgspec


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a model came to be. `couloir` is the version, `command` what was typed; `seconds` and `peak_megabytes` of the
    training itself; `photographs` the keys (hashes) of what the pairs were made from; `note` what else a reader of the
    card should know of the data.
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
