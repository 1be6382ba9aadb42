"""All that one running Lightroom knows, for the implementations of its SDK."""

from __future__ import annotations

import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .catalog.develop import Ignored
from .catalog.records import Photo
from .catalog.store import Catalog
from .clock import Waits
from .dialogs import Desk, Dialog
from .enhanced_profiles import KnownProfile
from .errors import LightroomHangs
from .faults import Faults
from .options import Options
from .paths import Paths, Platform
from .plugin import Plugin
from .texts import Texts

if TYPE_CHECKING:
    from .runtime import Runtime


@dataclass(frozen=True, slots=True)
class Failure:
    """An error that no code of the plug-in handled."""

    where: str
    message: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class RenderJob:
    """What a renderer draws: the photo's file with these develop settings, as Lightroom would export it."""

    path: Path
    settings: dict[str, Any]
    width: int
    height: int
    format: str = "JPEG"
    quality: float = 0.9
    orientation: str = "AB"
    table: str = ""
    """The text of the RGB table of its enhanced profile, where Lightroom draws one."""
    export: Mapping[str, Any] = field(default_factory=dict)
    """Every setting of the export that draws it; empty for a thumbnail."""


Renderer = Callable[[RenderJob], bytes]
"""Gives the encoded picture; an exception becomes the message of a failed rendition."""

Importer = Callable[[Path], dict[str, Any]]
"""What a file brings along: `metadata`, `develop`, `keywords` (paths of names) and `facts`, each may be missing."""


@dataclass
class Session:
    """Mutable state of one run. `active` and `others` are ids: the most selected photo and the others selected."""

    catalog: Catalog
    catalog_path: Path
    plugin: Plugin
    options: Options
    platform: Platform
    paths: Paths
    texts: Texts
    prefs: dict[str, dict[str, Any]]
    passwords: dict[str, str]
    renderer: Renderer | None
    importer: Importer | None
    profiles: Mapping[str, KnownProfile] = field(default_factory=dict)
    """Enhanced profiles that were there at the start, by UUID."""
    faults: Faults = field(default_factory=Faults)
    desk: Desk = field(default_factory=Desk)
    open_dialogs: list[OpenDialog] = field(default_factory=list)
    http_counts: Counter[str] = field(default_factory=Counter)
    nil_writes: Counter[str] = field(default_factory=Counter)
    gate_count: int = 0
    active: int | None = None
    others: list[int] = field(default_factory=list)
    filmstrip: Any = None
    view_filter: Any = field(default_factory=dict)
    hides: Callable[[Photo], bool] | None = None
    hidden_by: tuple[Any, Callable[[Photo], bool]] | None = None
    module: str = "library"
    violations: list[str] = field(default_factory=list)
    task_errors: list[Failure] = field(default_factory=list)
    observer_errors: list[Failure] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    globals_written: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    log: list[tuple[str, str, str]] = field(default_factory=list)
    open_iterators: list[tuple[str, dict[str, bool]]] = field(default_factory=list)
    exports: list[Any] = field(default_factory=list)
    renditions: list[Any] = field(default_factory=list)
    presets: dict[str, dict[str, Any]] = field(default_factory=dict)
    rules_pending: int = 0
    reloading: bool = False
    _spelt: tuple[int, set[str]] = (-1, set())
    busy_since: float = 0.0
    runtime: Runtime = field(init=False)
    waits: Waits = field(init=False)

    def __post_init__(self) -> None:
        self.waits = Waits(self.options.time_scale, real_time=self.options.real_time)

    def start_waits(self) -> None:
        """Nothing is waited for any more; time goes on."""
        now = self.waits.now()
        self.waits.close()
        self.__post_init__()
        self.waits.spend(now)

    def broken_rule(self, text: str) -> None:
        self.violations.append(text)
        self.rules_pending += 1

    def write_log(self, name: str, level: str, text: str) -> None:
        """A line of an LrLogger that was told to write into its file. Where it cannot, nobody hears of it."""
        self.log.append((name, level, text))
        with suppress(OSError):
            self.paths.logs.mkdir(parents=True, exist_ok=True)
            with (self.paths.logs / f"{name}.log").open("a", encoding="utf-8", errors="surrogateescape") as file:
                file.write(f"{level.upper()}\t{text}\n")

    def start_watch(self) -> None:
        self.busy_since = time.process_time()

    def watch(self) -> None:
        if time.process_time() - self.busy_since > self.options.hang_seconds:
            raise LightroomHangs(f"the plug-in kept Lightroom busy for more than {self.options.hang_seconds} seconds")

    def now(self) -> float:
        """Lightroom's dates: seconds since 2001."""
        return self.waits.posix_time() - 978307200.0

    def visible_photos(self) -> list[int]:
        """The filmstrip: the photos of the active source that neither the filter nor a collapsed stack hides."""
        source, photos = self.filmstrip, self.catalog.photos
        shown = list(photos) if source is None else [photo for photo in source() if photo in photos]
        stacks = source is None or self.options.collapsed_in_collections
        return [n for n in shown if not self._is_hidden(photos[n], in_stacks=stacks)]

    def _is_hidden(self, photo: Photo, *, in_stacks: bool) -> bool:
        if self.hides is not None and self.hides(photo):
            return True
        stack = self.catalog.stacks.get(photo.stack or 0, [])
        return in_stacks and photo.stack in self.catalog.collapsed and stack[0] != photo.id

    def selected_photos(self) -> list[int]:
        chosen = [] if self.active is None else [self.active, *self.others]
        return [photo for photo in chosen if photo in self.catalog.photos]

    def size_of(self, photo: Photo) -> tuple[int, int]:
        """Width and height of the file in pixels, 0 when nothing tells."""
        facts = photo.facts if photo.master is None else self.catalog.photo(photo.master).facts
        if "width" not in facts:
            facts["width"], facts["height"] = _picture_size(self.paths.to_host(photo.path))
        return int(facts["width"]), int(facts["height"])

    def changed(self, photo: Photo) -> None:
        """A change of what XMP holds has been saved: Lightroom writes it into the file when it is told to."""
        delay = self.options.auto_write_xmp
        if delay is None or photo.master is not None:
            return
        path = self.paths.to_host(photo.path)

        def write() -> tuple[()]:
            if photo.file_format == "RAW":
                path.with_suffix(".xmp").write_text("<x:xmpmeta/>", encoding="utf-8")
            else:
                with path.open("ab") as file:
                    file.write(b"<x:xmpmeta/>")
            return ()

        self.waits.later(delay, write)

    def spelling_key(self, path: str) -> str:
        """The same for all paths that name one file: Macs tell neither capitals nor how accents are composed."""
        return (unicodedata.normalize("NFD", path) if self.platform == "mac" else path).casefold()

    def real(self, path: str) -> Path:
        """The file that the disk gives for a path, whatever its spelling."""
        wanted = self.paths.to_host(path)
        if not wanted.exists() and wanted.parent.is_dir():
            key = self.spelling_key(wanted.name)
            return next((p for p in wanted.parent.iterdir() if self.spelling_key(p.name) == key), wanted)
        return wanted

    def is_known(self, path: str) -> bool:
        """Whether the catalog has the file, under whatever spelling: addPhoto refuses it then."""
        known = self.catalog.paths()
        if len(known) != self._spelt[0]:
            self._spelt = (len(known), {self.spelling_key(each) for each in known})
        return self.spelling_key(path) in self._spelt[1]

    def too_long(self, path: str) -> bool:
        """Whether Windows gives no such file to a program that does not ask for long paths: MAX_PATH has 260 signs."""
        return self.platform == "win" and not self.options.long_paths and len(path) >= 260

    def temporary_name(self) -> str:
        with tempfile.NamedTemporaryFile(prefix="lua_", delete=False) as file:
            return self.paths.to_sdk(file.name)

    def global_written(self, name: str) -> bool:
        """Whether writing it fails."""
        self.globals_written.append(name)
        return self.options.global_writes == "fail"


@dataclass
class OpenDialog:
    """A modal dialog on the screen, with the generator of the user's doings and the task that waits."""

    dialog: Dialog
    doings: Any
    token: int
    contents: Any = None
    resting: bool = False


def _picture_size(path: Path) -> tuple[int, int]:
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        return 0, 0
    try:
        with Image.open(path) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError):
        return 0, 0
