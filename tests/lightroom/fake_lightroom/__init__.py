"""A Lightroom Classic as strict as Lightroom, for testing plug-ins where no Lightroom runs. See README.md."""

from .catalog.files import content, load, save
from .catalog.records import Collection, CollectionSet, Keyword, Photo, Snapshot
from .catalog.store import Catalog
from .coverage import FileCoverage
from .dialogs import Dialog, Node
from .errors import LightroomHangs, LightroomKilled, PluginFailed, RuleBroken, UnansweredDialog
from .faults import Faults, HttpFault
from .inspection import Counters
from .lightroom import Lightroom
from .options import MEASURED_COSTS, Options
from .pure import PureModules
from .session import RenderJob

__all__ = [
    "MEASURED_COSTS",
    "Catalog",
    "Collection",
    "CollectionSet",
    "Counters",
    "Dialog",
    "Faults",
    "FileCoverage",
    "HttpFault",
    "Keyword",
    "Lightroom",
    "LightroomHangs",
    "LightroomKilled",
    "Node",
    "Options",
    "Photo",
    "PluginFailed",
    "PureModules",
    "RenderJob",
    "RuleBroken",
    "Snapshot",
    "UnansweredDialog",
    "content",
    "load",
    "save",
]
