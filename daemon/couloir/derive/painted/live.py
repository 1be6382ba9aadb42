"""A translation as Lightroom's `applyDevelopSettings` takes it: what a packet carries in other properties is among the
settings there.
"""

from __future__ import annotations

from typing import Any

from couloir.derive.model import Translation
from couloir.lightroom.local.fields import KEY, as_fields
from couloir.lightroom.local.repairs import as_settings


def live_settings(translation: Translation) -> dict[str, Any]:
    """The settings of a packet, and the brushes, retouched areas and red eyes in the same words, where there are any.
    A photographer's own stay where there are none.
    """
    local = {KEY: as_fields(translation.local)} if translation.local else {}
    return {**translation.settings.as_dict(), **local, **as_settings(translation.repairs)}
