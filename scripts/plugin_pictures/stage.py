"""Plays a scene: the plug-in in the fake Lightroom, a service that says what it is told to, a user who clicks."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from couloir.language.catalog import Catalog, open_catalog
from couloir.language.choice import ENGLISH, LANGUAGES
from couloir.language.fields import MEMBERS
from fake_lightroom import Dialog, Faults, HttpFault, Lightroom, Options
from fake_lightroom.drawing import draw
from fake_lightroom.texts import read_strings
from service_proof import signed_for

PLUGIN = Path(__file__).resolve().parents[2] / "lrplugin" / "Couloir.lrplugin"
SHOWN_HOME = "/Users/ana"
FREE = 900_000_000_000
PORT = 49213
ADDRESS = f"http://127.0.0.1:{PORT}"
_MESSAGE = re.compile(r'"(\$\$\$/[^="]+)=((?:[^"\\]|\\.)*)"')
_GAP = re.compile(r"\^.")  # a fact, or a sign such as a line's end


class Stage:
    """One Lightroom, with the plug-in of that folder. `pictures` has what was drawn, by name."""

    def __init__(
        self, home: Path, plugin: Path = PLUGIN, *, language: str = "en", coverage: bool = False, **options: Any
    ) -> None:
        self.home = home
        self._plugin, self._language = plugin, language
        self.pictures: dict[str, str] = {}
        self.faults = Faults()
        self.faults.sign = signed_for(home)
        chosen = Options(**{"disk_free": FREE, **options})
        self.lightroom = Lightroom(
            plugin, home=home, language=language, faults=self.faults, options=chosen, coverage=coverage
        )

    def service(self, answers: Mapping[str, Any]) -> None:
        """Has a service run that answers "METHOD /path" so, and hello as it should. The longest path that fits wins."""
        folder = self.home / "Library" / "Application Support" / "couloir"
        folder.mkdir(parents=True)
        found = {"port": PORT, "token": "t", "version": "0.1.0", "executable": "/usr/local/bin/python3"}
        (folder / "daemon.json").write_text(json.dumps(found), encoding="utf-8")
        hello = {"GET /v1/hello": {"verdict": "ok", "daemon": "0.1.0"}}
        for route, answer in sorted({**hello, **answers}.items(), key=lambda each: -len(each[0])):
            self.say(route, answer)

    def say(self, route: str, answer: Any, times: int | None = None) -> None:
        """Has the service answer one route so; what is said first counts, as long as its `times` last."""
        method, _, path = route.partition(" ")
        if self._language in LANGUAGES:  # the service answers in the language of the request
            answer = _spoken(answer, open_catalog(self._language, in_lightroom=True))
        fault = HttpFault("status", status=200, body=json.dumps(answer))
        self.faults.http(fault, url=f"{method} {ADDRESS}{path}", times=times)

    def photo(self, name: str) -> Path:
        """A file in the user's Pictures that Lightroom would take for a photo."""
        path = self.home / "Pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"not really a photo")
        return path

    def draw(self, name: str, shows: str, answer: Any) -> None:
        """The dialog that shows this text, as it is in English, becomes the picture `name`, and is then answered so."""

        def act(dialog: Dialog) -> Any:
            self.snap(name, dialog)
            return answer

        self.answer(shows, act)

    def answer(self, shows: str, answer: Any) -> None:
        """The dialog that shows this text, as it is in English, is answered so."""
        words = self.words(shows)
        self.lightroom.answer(lambda dialog: any(each in text for each in words for text in dialog.texts), answer)

    def words(self, english: str) -> list[str]:
        """A text of the plug-in, or a part of one, in this Lightroom's language: one for each message that has it.

        Raises: LookupError, for a text that no message has
        """
        if self._language == ENGLISH:
            return [english]
        messages, translated = _messages(self._plugin, self._language)
        told = [translated[key] for key, text in messages.items() if english in text]
        if not told:
            raise LookupError(f"the plug-in never says {english!r}")
        return [max(_GAP.split(text), key=len).strip() for text in told]

    def snap(self, name: str, dialog: Dialog) -> None:
        """The dialog as it is now becomes the picture `name`."""
        dialog.nodes()
        self.pictures[name] = draw(dialog, lambda text: text.replace(str(self.home), SHOWN_HOME))

    def play(self, menu: str) -> None:
        self.lightroom.run_menu(menu)


@lru_cache
def _messages(plugin: Path, language: str) -> tuple[dict[str, str], dict[str, str]]:
    """What the plug-in says, by its keys: in English, and in the language."""
    english = {
        key: text for file in plugin.glob("*.lua") for key, text in _MESSAGE.findall(file.read_text(encoding="utf-8"))
    }
    return english, read_strings(plugin / f"TranslatedStrings_{language}.txt")


def _spoken(answer: Any, catalog: Catalog) -> Any:
    """An answer of the service with its texts for people in the catalog's language."""
    match answer:
        case dict():
            return {
                key: catalog.say(value)
                if key in {*MEMBERS, "title"} and isinstance(value, str)
                else _spoken(value, catalog)
                for key, value in answer.items()
            }
        case list():
            return [_spoken(value, catalog) for value in answer]
    return answer


@contextmanager
def stage(language: str = ENGLISH) -> Iterator[Stage]:
    """A stage of its own for each scene."""
    with tempfile.TemporaryDirectory(prefix="couloir-pictures-") as folder:
        set_up = Stage(Path(folder), language=language)
        with set_up.lightroom:
            yield set_up
