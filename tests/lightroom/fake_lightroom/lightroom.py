"""The face of the fake: one running Lightroom Classic with one plug-in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from . import sdk
from .catalog.records import Photo, file_format
from .catalog.store import Catalog
from .dialogs import Answer, Dialog
from .enhanced_profiles import known_at_start
from .errors import LightroomKilled, PluginFailed, RuleBroken
from .faults import Faults
from .inspection import Inspection
from .marshal import Ref, decode, encode
from .options import Options
from .paths import Paths, Platform
from .plugin import MenuItem, Plugin
from .runtime import Runtime
from .session import Importer, Renderer, Session
from .texts import Texts

assert sdk  # importing it registers what each member of the SDK does


class Lightroom(Inspection):
    """Starts Lightroom: reads Info.lua, the metadata provider, and runs the init script.

    `home` is the user's folder, `catalog_path` where the catalog lies, in its Pictures unless said. `catalog` and
    `prefs` are changed in place: hand them to the next Lightroom to start it again. Use as a context
    manager, or call `quit`.
    """

    def __init__(
        self,
        plugin_folder: Path,
        *,
        home: Path,
        platform: Platform = "mac",
        catalog: Catalog | None = None,
        catalog_path: Path | None = None,
        prefs: dict[str, dict[str, Any]] | None = None,
        passwords: dict[str, str] | None = None,
        language: str = "en",
        options: Options | None = None,
        faults: Faults | None = None,
        renderer: Renderer | None = None,
        importer: Importer | None = None,
        answers: Mapping[str, Answer] | None = None,
        coverage: bool = False,
    ) -> None:
        options = options or Options()
        self._home = home
        self._prefs = {} if prefs is None else prefs
        self._prefs_at_start = copy.deepcopy(self._prefs)
        self._session = Session(
            catalog=Catalog() if catalog is None else catalog,
            catalog_path=catalog_path or home / "Pictures" / "Lightroom" / "Lightroom Catalog.lrcat",
            plugin=Plugin(plugin_folder),
            options=options,
            platform=platform,
            paths=Paths(platform, home, posix=options.path_style == "posix", version=options.version),
            texts=Texts(plugin_folder, language),
            prefs=self._prefs,
            passwords={} if passwords is None else passwords,
            renderer=renderer,
            importer=importer,
            profiles=known_at_start(home, platform),
            faults=faults or Faults(),
        )
        self._ended = False
        for matcher, answer in (answers or {}).items():
            self.answer(matcher, answer)
        self._coverage = coverage
        self._runtime = Runtime(self._session, coverage=coverage)
        self._load()

    def _load(self) -> None:
        plugin, kernel = self._session.plugin, self._runtime
        info = self._runtime.call("load_info", plugin.source("Info.lua"), b"Info.lua")
        plugin.read_info(kernel.marshal.to_python(info))
        kernel.call("introduce", encode(plugin.id), kernel.marshal.to_lua(Ref("LrPlugin", 1)))
        provider = plugin.info.get("LrMetadataProvider")
        if provider:
            plugin.read_metadata_provider(kernel.marshal.to_python(self._script(provider)))
        if plugin.info.get("LrInitPlugin") and plugin.info.get("LrForceInitPlugin"):
            self.run_script(plugin.info["LrInitPlugin"])

    # Doing things as the user ------------------------------------------------------------------------------------

    def run_menu(self, title: str) -> None:
        """Chooses a menu item by its title or file, and waits until the plug-in is at rest."""
        fitting = [item for item in self.menu if title in (item.title, item.file)]
        if not fitting:
            raise LookupError(f"there is no menu item {title!r}: {[item.title for item in self.menu]}")
        item = fitting[0]
        if (
            item.menu == "Library"
            and not any(i.menu != "Library" for i in fitting)
            and self._session.module != "library"
        ):
            raise LookupError(f"{title!r} is only in the Library menu, and the {self._session.module} module is shown")
        if not self._enabled(item):
            raise LookupError(f"{title!r} is disabled: {item.enabled_when}")
        self.run_script(item.file)

    def _enabled(self, item: MenuItem) -> bool:
        session = self._session
        chosen = [session.catalog.photos[number] for number in session.selected_photos()]
        return {
            None: True,
            "photosAvailable": bool(session.visible_photos()),
            "photosSelected": bool(chosen),
            "videosSelected": any(photo.is_video for photo in chosen),
        }[item.enabled_when]

    def run_script(self, file: str) -> None:
        """Runs one of the plug-in's scripts as a menu item, then all tasks until nothing is left to do.

        Raises RuleBroken, PluginFailed, UnansweredDialog, LightroomHangs, or LightroomKilled.
        """
        session = self._session
        errors_before = len(session.task_errors)
        session.rules_pending = 0
        try:
            self._script(file)
            self._runtime.run()
        except LightroomKilled:
            if session.reloading:
                self._load_again()
                return
            self._die()
            raise
        self._check_leftovers()
        if session.rules_pending:
            raise RuleBroken("; ".join(session.violations[-session.rules_pending :]))
        if len(session.task_errors) > errors_before:
            failure = session.task_errors[-1]
            raise PluginFailed(f"{failure.where}: {failure.message}\n{failure.traceback}")

    def _check_leftovers(self) -> None:
        """What a plug-in at rest must not leave behind."""
        title = self._runtime.ask("forgotten_scope")
        if title is not None:
            self._session.broken_rule(f"the progress bar {decode(title)!r} is never done and stays on the screen")
        iterators, self._session.open_iterators = self._session.open_iterators, []
        if any(state["open"] for _, state in iterators):
            self._session.broken_rule("an iterator of LrFileUtils was left before its end and keeps the folder open")

    def _script(self, file: str) -> Any:
        return self._runtime.call("run_script", self._session.plugin.source(file), encode(file))

    def answer(self, matcher: str | Callable[[Dialog], bool], answer: Answer, *, times: int | None = None) -> None:
        """Plans what the user does with dialogs that show this text, or that the function accepts."""
        self._session.desk.plan(matcher, answer, times)

    def select(self, *photos: Photo | int) -> None:
        """Selects photos; the first is the active one. No photo: nothing is selected."""
        ids = [photo if isinstance(photo, int) else photo.id for photo in photos]
        self._session.active, self._session.others = (ids[0], ids[1:]) if ids else (None, [])

    def filter(self, hides: Callable[[Photo], bool]) -> None:
        """The user sets a Library filter, which hides these photos: they cannot be selected."""
        self._session.hidden_by = {"filter": "the user's"}, hides
        self._session.view_filter, self._session.hides = self._session.hidden_by

    @property
    def is_filtered(self) -> bool:
        """Whether the user's Library filter is on."""
        return self._session.hides is not None

    def collapse_stacks(self) -> None:
        """The user collapses all stacks, which hides all but their top photos."""
        self.catalog.collapsed.update(self.catalog.stacks)

    def show_module(self, name: str) -> None:
        self._session.module = name

    def add_photo(self, path: Path, **metadata: Any) -> Photo:
        """Puts a photo into the catalog behind the plug-in's back."""
        kind = file_format(path.name)
        assert kind is not None, f"{path} is no photo"
        photo = self.catalog.new_photo(self._session.paths.to_sdk(path), kind, metadata=metadata)
        self.catalog.insert(photo)
        return photo

    def cancel(self) -> int:
        """The user cancels every progress bar that can be; returns how many."""
        return int(self._runtime.ask("cancel_scopes"))

    def start_again(self, **changes: Any) -> Lightroom:
        """Lightroom's next start: the same plug-in, catalog, preferences and passwords, without this one's plans."""
        session = self._session
        kept: dict[str, Any] = {
            "home": self._home,
            "platform": session.platform,
            "catalog": session.catalog,
            "catalog_path": session.catalog_path,
            "prefs": session.prefs,
            "passwords": session.passwords,
            "language": session.texts.language,
            "options": session.options,
            "renderer": session.renderer,
            "importer": session.importer,
        }
        return Lightroom(session.plugin.folder, **{**kept, **changes})

    def kill(self) -> None:
        """Lightroom dies, here and now: meant for `faults.at_call`."""
        self._runtime.kill()

    def reload(self) -> None:
        """The user reloads the plug-in in the Plug-in Manager, here and now: its tasks end where they are, and nothing
        of them runs any more; Lightroom goes on. Meant for `at_call`."""
        self._session.reloading = True
        self._runtime.kill()

    def _load_again(self) -> None:
        session = self._session
        session.reloading = False
        session.catalog.roll_back()
        session.open_dialogs.clear()
        session.faults.events.clear()
        session.start_waits()
        self._runtime = Runtime(session, coverage=self._coverage)
        self._load()

    def at_call(self, number: int, action: Callable[[], None]) -> None:
        """Plans something for the n-th SDK call, as `Faults.at_call` does before the start."""
        self._runtime.plan_event(number, action)

    def quit(self) -> None:
        """Quits: runs the plug-in's shutdown script, and lets go of threads."""
        script = self._session.plugin.info.get("LrShutdownPlugin")
        if not self._ended and script:
            self.run_script(script)
        self._ended = True
        self._session.waits.close()

    def _die(self) -> None:
        self._ended = True
        self._session.catalog.roll_back()
        if not self._session.options.prefs_survive_kill:
            self._prefs.clear()
            self._prefs.update(self._prefs_at_start)
        self._session.waits.close()

    def __enter__(self) -> Lightroom:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.quit()
        else:
            self._ended = True
            self._session.waits.close()
