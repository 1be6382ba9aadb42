"""The tables of the ledger, and the upgrade of older ledgers."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from couloir.errors import LedgerDamaged, LedgerNewer
from couloir.json_text import to_json, with_finite_numbers
from couloir.migrate.ledger.shared_texts import JOINED, own_part, shared_part

APPLICATION_ID = 0x434F554C  # "COUL" in the file's header, by which `file` and Couloir recognise a ledger

# The lasting tables of a migration: a change of any row breaks the ledger's seal (`couloir.migrate.ledger.sums`).
_SEALED = (
    *("fact", "run", "item", "total", "finding", "place", "claim"),
    *("handover", "handover_batch", "promise", "match", "decision"),
)


def unsealing_sql(*tables: str) -> str:
    """Statements that make a change of these tables break the seal: a step that creates a table needs them."""
    event_of_table = "CREATE TRIGGER IF NOT EXISTS {0}_{1}_unseals AFTER {1} ON {0} BEGIN DELETE FROM seal; END;\n"
    return "".join(event_of_table.format(table, event) for table in tables for event in ("insert", "update", "delete"))


# A table WITHOUT ROWID gives each row of more than a quarter of a page a page of its own
# (https://sqlite.org/fileformat2.html, section 1.6): half of the ledger was empty. Promises that came true go, too.
_ROWS_IN_ORDER = """
    CREATE TABLE item_in_order (
        kind TEXT NOT NULL,
        uuid TEXT NOT NULL,
        name TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('done', 'skipped', 'waiting', 'failed')),
        code TEXT NOT NULL,
        sentence TEXT NOT NULL,
        advice TEXT NOT NULL,
        detail TEXT NOT NULL,
        run INTEGER NOT NULL,
        PRIMARY KEY (kind, uuid)
    ) STRICT;
    INSERT INTO item_in_order SELECT kind, uuid, name, state, code, sentence, advice, detail, run FROM item;
    DROP TABLE item;
    ALTER TABLE item_in_order RENAME TO item;
    CREATE INDEX item_state ON item (kind, state, code);
    CREATE INDEX IF NOT EXISTS handover_outcome ON handover (outcome, position);
    DELETE FROM promise WHERE version IN (
        SELECT uuid FROM handover
        WHERE kind = 'version' AND outcome IN ('done', 'already there') AND answer ->> '$.left_out' = '{}'
    );
    CREATE INDEX IF NOT EXISTS handover_out ON handover (batch) WHERE batch IS NOT NULL AND outcome IS NULL;
    """

# Reasons, settings and the fidelity of operations are stored once for all rows that share them, which takes a third off
# a ledger. `item` is what it was, to be read by anyone, and to be mended or deleted from with plain SQL.
_TEXTS_ONCE = f"""
    CREATE TABLE item_reason (
        id INTEGER PRIMARY KEY,
        code TEXT NOT NULL,
        sentence TEXT NOT NULL,
        advice TEXT NOT NULL
    ) STRICT;
    CREATE TABLE item_shared (id INTEGER PRIMARY KEY, members TEXT NOT NULL) STRICT;
    CREATE TABLE item_row (
        kind TEXT NOT NULL,
        uuid TEXT NOT NULL,
        name TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('done', 'skipped', 'waiting', 'failed')),
        reason INTEGER NOT NULL,
        shared INTEGER,
        own TEXT NOT NULL,
        run INTEGER NOT NULL,
        PRIMARY KEY (kind, uuid)
    ) STRICT;
    INSERT INTO item_reason
        SELECT row_number() OVER (), code, sentence, advice FROM (SELECT DISTINCT code, sentence, advice FROM item);
    INSERT INTO item_shared
        SELECT row_number() OVER (), members FROM (SELECT DISTINCT shared_part(detail) AS members FROM item)
        WHERE members IS NOT NULL;
    INSERT INTO item_row
        SELECT kind, uuid, name, state, r.id, s.id, own_part(detail), run
        FROM item JOIN item_reason r USING (code, sentence, advice)
        LEFT JOIN item_shared s ON s.members = shared_part(detail)
        ORDER BY item.rowid;
    DROP TABLE item;
    CREATE INDEX item_state ON item_row (kind, state, reason);
    CREATE VIEW item AS
        SELECT kind, uuid, name, state, code, sentence, advice, {JOINED} AS detail, run
        FROM item_row LEFT JOIN item_reason ON item_reason.id = reason LEFT JOIN item_shared ON item_shared.id = shared;
    CREATE TRIGGER item_delete INSTEAD OF DELETE ON item BEGIN
        DELETE FROM item_row WHERE kind = OLD.kind AND uuid = OLD.uuid;
    END;
    CREATE TRIGGER item_update INSTEAD OF UPDATE OF state, detail ON item BEGIN
        UPDATE item_row SET state = NEW.state, shared = NULL, own = NEW.detail
        WHERE kind = OLD.kind AND uuid = OLD.uuid;
    END;
    DELETE FROM seal;
    """  # noqa: S608  (constants of this package)

# The queue is counted as it changes: a count of all its rows grew with the library at each answer of the plug-in.
_PHOTO = "({0}.position < 1099511627776)"  # albums and keywords lie behind this position
_QUEUE_COUNTED = f"""
    CREATE TABLE handover_count (
        outcome TEXT NOT NULL,    -- '' for items that have none yet
        is_photo INTEGER NOT NULL,
        items INTEGER NOT NULL,
        PRIMARY KEY (outcome, is_photo)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO handover_count
        SELECT outcome.column1, photo.column1, count(h.uuid)
        FROM (VALUES (''), ('done'), ('already there'), ('skipped'), ('failed')) AS outcome,
            (VALUES (0), (1)) AS photo
        LEFT JOIN handover h ON coalesce(h.outcome, '') = outcome.column1 AND {_PHOTO.format("h")} = photo.column1
        GROUP BY 1, 2;
    CREATE TRIGGER handover_counts_new AFTER INSERT ON handover BEGIN
        UPDATE handover_count SET items = items + 1
        WHERE outcome = coalesce(NEW.outcome, '') AND is_photo = {_PHOTO.format("NEW")};
    END;
    CREATE TRIGGER handover_counts_gone AFTER DELETE ON handover BEGIN
        UPDATE handover_count SET items = items - 1
        WHERE outcome = coalesce(OLD.outcome, '') AND is_photo = {_PHOTO.format("OLD")};
    END;
    CREATE TRIGGER handover_counts_answer AFTER UPDATE OF outcome ON handover WHEN OLD.outcome IS NOT NEW.outcome BEGIN
        UPDATE handover_count SET items = items - 1
        WHERE outcome = coalesce(OLD.outcome, '') AND is_photo = {_PHOTO.format("OLD")};
        UPDATE handover_count SET items = items + 1
        WHERE outcome = coalesce(NEW.outcome, '') AND is_photo = {_PHOTO.format("NEW")};
    END;
    DELETE FROM seal;
    """  # noqa: S608  (constants of this module)

# What is expected of versions that were not measured (`couloir.migrate.ledger.expectations`). Its rows are too long for
# a table WITHOUT ROWID.
_EXPECTED = """
    CREATE TABLE expected (
        version TEXT PRIMARY KEY,
        mean REAL,                -- CIEDE2000; NULL where nothing is known
        low REAL,
        high REAL,
        settings TEXT NOT NULL,   -- JSON: the translation with the correction, '' for none
        correction TEXT NOT NULL, -- JSON, by parameter
        source TEXT NOT NULL,     -- the fingerprint of what Aperture said of the version
        why TEXT NOT NULL DEFAULT ''  -- of a version of which nothing can be known
    ) STRICT;
    DELETE FROM seal;
    """

# Versions whose settings another program was given while it ran (`couloir.migrate.ledger.applied`).
_APPLIED = """
    CREATE TABLE applied (
        version TEXT PRIMARY KEY,
        settings TEXT NOT NULL,   -- the fingerprint of the settings
        left_out TEXT NOT NULL    -- JSON: sentences about what was left
    ) STRICT;
    DELETE FROM seal;
    """

# One step per schema version, in order; a released step is never edited. Rows of `item` hold no times: a migration that
# was interrupted and resumed must end with the same rows as one that was not. Times are in `run` alone.
STEPS: tuple[str, ...] = (
    """
    CREATE TABLE schema_step (version INTEGER PRIMARY KEY, applied TEXT NOT NULL) STRICT;
    CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        options TEXT NOT NULL,
        started TEXT NOT NULL,
        finished TEXT
    ) STRICT;
    CREATE TABLE item (
        kind TEXT NOT NULL,
        uuid TEXT NOT NULL,
        name TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('done', 'skipped', 'waiting', 'failed')),
        code TEXT NOT NULL,
        sentence TEXT NOT NULL,
        advice TEXT NOT NULL,
        detail TEXT NOT NULL,
        run INTEGER NOT NULL,
        PRIMARY KEY (kind, uuid)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX item_state ON item (kind, state, code);
    CREATE TABLE total (kind TEXT PRIMARY KEY, total INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE finding (
        code TEXT NOT NULL,
        kind TEXT NOT NULL,
        item TEXT NOT NULL,
        severity TEXT NOT NULL,
        message TEXT NOT NULL,
        advice TEXT NOT NULL,
        PRIMARY KEY (code, kind, item, message)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE place (owner TEXT PRIMARY KEY, parent TEXT NOT NULL, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE claim (parent TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (parent, key)) STRICT, WITHOUT ROWID;
    """,
    # The queue of the Lightroom plug-in (`couloir.migrate.handover.queue`).
    """
    CREATE TABLE handover (
        kind TEXT NOT NULL CHECK (kind IN ('version', 'master', 'album', 'keyword')),
        uuid TEXT NOT NULL,
        unit TEXT NOT NULL,       -- the item that goes out with it: its photo's, for a virtual copy; else its own uuid
        master TEXT NOT NULL,
        position INTEGER NOT NULL,
        number INTEGER NOT NULL,  -- the order within a unit
        batch INTEGER,            -- the last batch that it went out with
        outcome TEXT CHECK (outcome IN ('done', 'already there', 'skipped', 'failed')),
        answer TEXT NOT NULL,     -- JSON: what the plug-in said
        PRIMARY KEY (kind, uuid)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX handover_order ON handover (position, number);
    CREATE INDEX handover_master ON handover (master);
    CREATE TABLE handover_batch (
        number INTEGER PRIMARY KEY,
        content TEXT NOT NULL,    -- JSON, as it was sent; empty once it is answered
        answered INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE promise (        -- the rows that come true when Lightroom takes a version
        version TEXT NOT NULL,
        kind TEXT NOT NULL,
        uuid TEXT NOT NULL,
        row TEXT NOT NULL,        -- JSON
        PRIMARY KEY (version, kind, uuid)
    ) STRICT, WITHOUT ROWID;
    """,
    # The measurement of each version (`couloir.migrate.ledger.verdicts`).
    """
    CREATE TABLE match (version TEXT PRIMARY KEY, found TEXT NOT NULL) STRICT, WITHOUT ROWID;
    """,
    # The photographer's decision on a photo (`couloir.migrate.ledger.decisions`); after a new measurement it need not
    # be derived again.
    """
    CREATE TABLE decision (
        version TEXT PRIMARY KEY,
        decision TEXT NOT NULL CHECK (decision IN ('accepted', 'review', 're-derive'))
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER derived_again AFTER INSERT ON match BEGIN
        DELETE FROM decision WHERE version = NEW.version AND decision = 're-derive';
    END;
    """,
    # Older ledgers had NaN and Infinity in details, which SQLite before 3.42 refuses in every query.
    """
    UPDATE item SET detail = finite_json(detail) WHERE NOT json_valid(detail);
    """,
    "CREATE TABLE IF NOT EXISTS seal (token TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;\n" + unsealing_sql(*_SEALED),
    _ROWS_IN_ORDER + unsealing_sql("item"),
    _TEXTS_ONCE + unsealing_sql("item_reason", "item_shared", "item_row"),
    _QUEUE_COUNTED + unsealing_sql("handover_count"),
    # Enhanced profiles (`couloir.migrate.ledger.enhanced_profiles`): the files that Lightroom reads.
    """
    CREATE TABLE enhanced_profile (
        fingerprint TEXT PRIMARY KEY,  -- of its table, by which develop settings name it
        edit TEXT NOT NULL,
        name TEXT NOT NULL,
        file BLOB NOT NULL
    ) STRICT;
    """
    + unsealing_sql("enhanced_profile"),
    _EXPECTED + unsealing_sql("expected"),
    _APPLIED + unsealing_sql("applied"),
)


def check(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of the ledger, 0 when it is empty. Writes nothing.

    Raises LedgerNewer for a ledger of a newer Couloir, which must not be downgraded, and LedgerDamaged for a database
    that is something else.
    """
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if tables and application != APPLICATION_ID:
        raise LedgerDamaged(path=path, why="it is another program's database")
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(STEPS):
        raise LedgerNewer(path=path, why=f"its schema is {version}, and this Couloir knows {len(STEPS)}")
    return version


def upgrade(connection: sqlite3.Connection, path: Path) -> None:
    """Bring an empty or older ledger to the newest schema, each step in one transaction. Raises as `check` does."""
    version = check(connection, path)
    for name, function in (("finite_json", _finite_json), ("shared_part", shared_part), ("own_part", own_part)):
        connection.create_function(name, 1, function, deterministic=True)
    for number, step in enumerate(STEPS[version:], start=version + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE; PRAGMA application_id = {APPLICATION_ID}; {step} PRAGMA user_version = {number};"
        )
        applied = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute("INSERT INTO schema_step VALUES (?, ?)", (number, applied))
        connection.execute("COMMIT")


def _finite_json(text: str) -> str:
    """JSON text as an older Couloir wrote it, with the names of numbers that are not finite as texts."""
    try:
        document = json.loads(text)
    except ValueError:
        return "{}"  # damaged: no program can read it
    return to_json(with_finite_numbers(document), sort_keys=True)
