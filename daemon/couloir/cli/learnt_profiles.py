"""The camera profiles that `couloir profile learn` has kept."""

from __future__ import annotations

from couloir.profiles.baselines import Baselines
from couloir.profiles.shelf import Shelf
from couloir.service.process.settings import ServiceSettings


def shelf() -> Shelf:
    """Where they lie."""
    return Shelf(ServiceSettings().profiles_folder)


def learnt_profiles() -> Baselines:
    """All of them. Raises BadProfile for a file that is none."""
    return Baselines(shelf().profiles())
