"""A plug-in folder: its Info.lua, its menus and the metadata fields it declares."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import RuleBroken
from .tables.words import words

_MENUS = {
    "LrLibraryMenuItems": "Library",
    "LrExportMenuItems": "File",
    "LrHelpMenuItems": "Help",
}
_SCRIPTS = words("""
    LrInitPlugin LrShutdownPlugin LrShutdownApp LrEnablePlugin LrDisablePlugin LrPluginInfoProvider LrMetadataProvider
    URLHandler
    """)
_KNOWN = (
    words("""
        LrSdkVersion LrSdkMinimumVersion LrToolkitIdentifier LrPluginName LrPluginInfoUrl LrForceInitPlugin
        LrMetadataTagsetFactory LrExportServiceProvider LrExportFilterProvider LrPublishService
        LrAlsoUseBuiltInTranslations LrLimitNumberOfTempRenditions LrFilterPresetFactory VERSION
        """)
    | _SCRIPTS
    | _MENUS.keys()
)
_ENABLED_WHEN = frozenset({"photosAvailable", "photosSelected", "videosSelected"})
_DATA_TYPES = frozenset({"string", "enum", "url"})


@dataclass(frozen=True, slots=True)
class MenuItem:
    menu: str  # "Library", "File", "Help"
    title: str
    file: str
    enabled_when: str | None


@dataclass
class Plugin:
    """What Lightroom knows of a plug-in after reading its Info.lua."""

    folder: Path
    id: str = ""
    name: str = ""
    info: dict[str, Any] = field(default_factory=dict)
    menu: list[MenuItem] = field(default_factory=list)
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    schema_version: int | None = None

    def read_info(self, info: Any) -> None:
        """Checks the table that Info.lua returned."""
        if not isinstance(info, dict):
            raise RuleBroken("Info.lua must return a table")
        unknown = sorted(info.keys() - _KNOWN)
        if unknown:
            raise RuleBroken(f"Info.lua: Lightroom does not know {', '.join(map(str, unknown))}")
        required: dict[str, Any] = {"LrSdkVersion": (int, float), "LrToolkitIdentifier": str, "LrPluginName": str}
        for key, kind in required.items():
            if not isinstance(info.get(key), kind):
                raise RuleBroken(f"Info.lua: {key} is missing or of the wrong type")
        if not isinstance(info.get("LrSdkMinimumVersion"), int | float):
            raise RuleBroken("Info.lua: without LrSdkMinimumVersion the plug-in only loads in the newest Lightroom")
        self.info, self.id, self.name = info, info["LrToolkitIdentifier"], info["LrPluginName"]
        for key, menu in _MENUS.items():
            items = info.get(key, [])
            for item in items if isinstance(items, list) else [items]:
                self.menu.append(self._menu_item(menu, item))
        for key in _SCRIPTS & info.keys():
            self.source(info[key])
        if info.get("LrForceInitPlugin") and not self.menu:
            raise RuleBroken("Info.lua: LrForceInitPlugin has no effect without a menu item")

    def _menu_item(self, menu: str, item: Any) -> MenuItem:
        if (
            not isinstance(item, dict)
            or not isinstance(item.get("title"), str)
            or not isinstance(item.get("file"), str)
        ):
            raise RuleBroken(f"Info.lua: an item of the {menu} menu needs a title and a file")
        enabled_when = item.get("enabledWhen")
        if enabled_when is not None and enabled_when not in _ENABLED_WHEN:
            raise RuleBroken(f"Info.lua: enabledWhen cannot be {enabled_when!r}")
        self.source(item["file"])
        return MenuItem(menu, item["title"], item["file"], enabled_when)

    def source(self, name: Any) -> bytes:
        """The text of one of the plug-in's files; RuleBroken when Info.lua names one that does not exist."""
        path = self.folder / str(name)
        if not isinstance(name, str) or not path.is_file():
            raise RuleBroken(f"the plug-in has no file {name!r}")
        return path.read_bytes()

    def module(self, name: Any) -> tuple[bytes, str] | None:
        """What `require` finds: a file in the plug-in's own folder, with or without the ending."""
        if not isinstance(name, str) or "/" in name or "\\" in name:
            return None
        file = name if name.endswith(".lua") else name + ".lua"
        present = {path.name for path in self.folder.iterdir()}  # macOS and Windows would forgive a wrong case
        return ((self.folder / file).read_bytes(), file) if file in present else None

    def read_metadata_provider(self, declared: Any) -> None:
        """Checks and keeps the table that the LrMetadataProvider script returned."""
        fields = declared.get("metadataFieldsForPhotos") if isinstance(declared, dict) else None
        if not isinstance(fields, list):
            raise RuleBroken("the metadata provider must return metadataFieldsForPhotos")
        if not isinstance(declared.get("schemaVersion"), int):
            raise RuleBroken("the metadata provider needs a whole number as schemaVersion")
        for one in fields:
            name, kind = one.get("id"), one.get("dataType")
            if not isinstance(name, str) or not name.isidentifier():
                raise RuleBroken(f"the metadata field {name!r} is not an identifier")
            if kind is not None and kind not in _DATA_TYPES:
                raise RuleBroken(f"the metadata field {name} cannot have the dataType {kind!r}")
            if one.get("searchable") and not (isinstance(one.get("title"), str) and kind):
                raise RuleBroken(f"the searchable metadata field {name} needs a title and a dataType")
            if one.get("browsable") and not one.get("searchable"):
                raise RuleBroken(f"the metadata field {name} is browsable and must be searchable")
            self.fields[name] = one
        self.schema_version = declared["schemaVersion"]
