"""The tables of the journal of matching, by the schema version that added them."""

from __future__ import annotations

from typing import Final

_FIRST: Final = """
CREATE TABLE session (
    number      INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    key         TEXT UNIQUE,              -- idempotency key
    request     TEXT NOT NULL,            -- a digest: the same key belongs to the same request
    state       TEXT NOT NULL,
    created     TEXT NOT NULL,
    import      TEXT NOT NULL,            -- '' when the photos were named
    finish      TEXT NOT NULL
) STRICT;
CREATE TABLE photo (
    session     INTEGER NOT NULL REFERENCES session (number) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    library     TEXT NOT NULL,
    version     TEXT NOT NULL,
    lightroom   TEXT NOT NULL,
    name        TEXT NOT NULL,
    camera      TEXT NOT NULL,
    state       TEXT NOT NULL,
    number      INTEGER NOT NULL DEFAULT 0,  -- renderings taken so far
    match       TEXT NOT NULL DEFAULT '',    -- JSON: the loop's own
    touched     TEXT NOT NULL DEFAULT '[]',  -- JSON: the keys that were tried so far
    start       TEXT NOT NULL DEFAULT '{}',  -- JSON: the settings that it began with
    fidelity    TEXT NOT NULL DEFAULT '',
    why         TEXT NOT NULL DEFAULT '',
    found       TEXT NOT NULL DEFAULT '',    -- JSON: what the ledgers are to know of it, once it is over
    told        INTEGER NOT NULL DEFAULT 0,  -- whether they know
    picture     BLOB,                        -- the rendering of the best settings so far, JPEG
    PRIMARY KEY (session, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_state ON photo (session, state, camera, position);
CREATE TABLE shared (
    camera      TEXT PRIMARY KEY,
    found       TEXT NOT NULL                -- JSON
) STRICT, WITHOUT ROWID;
"""
_SOLVED: Final = """
CREATE TABLE solved (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: the highest one says what is known
    library     TEXT NOT NULL,
    version     TEXT NOT NULL,
    found       TEXT NOT NULL,               -- JSON: its camera, and from its translation to what matched
    UNIQUE (library, version)
) STRICT;
"""

_CATALOGS: Final = "ALTER TABLE session ADD COLUMN catalog TEXT NOT NULL DEFAULT '';"  # '': not known

# A photo whose colours still differ after its match waits for an enhanced profile, which Lightroom reads at its start.
_PROFILES: Final = """
ALTER TABLE photo ADD COLUMN edit TEXT NOT NULL DEFAULT '';     -- of the profile that it waits for or is tried with
ALTER TABLE photo ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;  -- sessions in which it was to be tried
ALTER TABLE photo ADD COLUMN profile TEXT NOT NULL DEFAULT '';  -- JSON: what came of the try
CREATE TABLE edit (
    library     TEXT NOT NULL,
    edit        TEXT NOT NULL,
    file        BLOB NOT NULL,               -- the profile, as Lightroom reads it
    pairs       TEXT NOT NULL,               -- JSON: the pictures that it was fitted on
    installed   INTEGER NOT NULL DEFAULT 0,  -- from then on it stays as it is: photos may have it
    PRIMARY KEY (library, edit)
) STRICT;
"""

# What came of a photo's masks by Lightroom's rendering, as JSON.
_PAINTED: Final = "ALTER TABLE photo ADD COLUMN painted TEXT NOT NULL DEFAULT '';"

# A photo's turn in the plan of its import, and the correction that it is due without one.
_PLANS: Final = """
ALTER TABLE photo ADD COLUMN turn TEXT NOT NULL DEFAULT '';   -- JSON: why it was begun, and what came of its trial
ALTER TABLE photo ADD COLUMN gift TEXT NOT NULL DEFAULT '';   -- JSON: the correction, and the keys that it moves
ALTER TABLE photo ADD COLUMN given TEXT NOT NULL DEFAULT '';  -- 'due', 'given' (by Lightroom), 'told' (to the ledger)
CREATE INDEX photo_given ON photo (session, given) WHERE given <> '';
"""

STEPS: Final = (_FIRST, _SOLVED, _CATALOGS, _PROFILES, _PAINTED, _PLANS)
"""The statements of each schema version, in order; a file is upgraded one step at a time."""
