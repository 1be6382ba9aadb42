"""The camera profiles that were learnt on this computer. Imported when first needed, because it takes numpy."""

from __future__ import annotations

from couloir.profiles.baselines import Baselines
from couloir.profiles.shelf import Shelf
from couloir.service.services import Services


def learnt_profiles(services: Services) -> Baselines:
    """All of them. Raises BadProfile for a file that is none."""
    return Baselines(Shelf(services.settings.profiles_folder).profiles())
