"""The longer SQL statements of the handover.

What is ready: its file is there, or lies where the plug-in finds it; a disk that is not connected has to be so first.
"""

from __future__ import annotations

ADD_PHOTOS = """
INSERT OR IGNORE INTO handover
SELECT 'version', version, version, master, ?1 + row_number() OVER (ORDER BY project, sort, place, version), number,
    NULL, NULL, '{}'
FROM temp.candidate JOIN item ON item.kind = 'version' AND item.uuid = version
WHERE (state = 'done' OR state = 'waiting' AND code NOT IN ('original.offline', 'original.linked')) AND code <> ?2
    AND NOT EXISTS (SELECT 1 FROM handover WHERE kind = 'version' AND handover.uuid = version)
"""
ADD_COPIES = """
INSERT OR IGNORE INTO handover
SELECT 'version', c.version, photo.uuid, c.master, photo.position, c.number, NULL, NULL, '{}'
FROM temp.candidate c JOIN item ON item.kind = 'version' AND item.uuid = c.version
JOIN handover photo ON photo.kind = 'version' AND photo.master = c.master AND photo.unit = photo.uuid
WHERE item.state = 'waiting' AND item.code = ?1
"""
ADD_BARE_ORIGINALS = """
INSERT OR IGNORE INTO handover
SELECT 'master', uuid, uuid, uuid, ?1 + row_number() OVER (ORDER BY uuid), 0, NULL, NULL, '{}'
FROM item
WHERE kind = 'master' AND (code = ?2 OR state = 'waiting' AND code NOT IN ('original.offline', 'original.linked'))
    AND NOT EXISTS (SELECT 1 FROM handover WHERE handover.kind = 'version' AND handover.master = item.uuid)
"""
ADD_ALBUM = """
INSERT OR IGNORE INTO handover
SELECT 'album', uuid, uuid, '', ?2, 0, NULL, NULL, '{}'
FROM item WHERE kind = 'album' AND uuid = ?1 AND state = 'waiting'
"""
ADD_KEYWORDS = """
INSERT OR IGNORE INTO handover
SELECT 'keyword', uuid, uuid, '', ?1 + row_number() OVER (ORDER BY uuid), 0, NULL, NULL, '{}'
FROM item WHERE kind = 'keyword' AND state = 'waiting'
"""
LOST_COPIES = """
SELECT c.version, photo.state, photo.code, photo.sentence, photo.advice
FROM temp.candidate c
JOIN item copy ON copy.kind = 'version' AND copy.uuid = c.version AND copy.code = ?1
JOIN item photo ON photo.kind = 'master' AND photo.uuid = c.master
WHERE (photo.state = 'failed' OR photo.code IN ('original.offline', 'original.linked'))
    AND NOT EXISTS (SELECT 1 FROM handover WHERE handover.kind = 'version' AND handover.uuid = c.version)
"""
LOST_FACES = """
SELECT face.uuid, photo.state, photo.code, photo.sentence, photo.advice
FROM temp.face JOIN item photo ON photo.kind = 'master' AND photo.uuid = face.master
WHERE photo.state IN ('failed', 'skipped') AND photo.code <> ?1
    AND NOT EXISTS (SELECT 1 FROM handover WHERE handover.master = face.master)
"""
ANSWERED = """
SELECT kind, uuid, unit, master, outcome, answer, position, number FROM handover
WHERE outcome IS NOT NULL AND (position, number, uuid) > (?, ?, ?) ORDER BY position, number, uuid LIMIT 500
"""
COPIES_LEFT = """
position = (SELECT position FROM handover WHERE kind = 'version' AND uuid = ?1)
    AND unit = ?1 AND uuid <> unit AND outcome IS NULL
"""
