"""A headless Chromium, steered over its own pipe: opening pages, asking them, pressing keys, taking pictures.

The DevTools protocol without a package: one JSON message after another, each ended by a zero byte, on the file
descriptors 3 and 4 of the browser. POSIX only, as Chromium in the tests is.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

PATIENCE: Final = 60.0
_QUIET: Final = (
    "no-first-run",
    "no-default-browser-check",
    "no-sandbox",
    "hide-scrollbars",
    "disable-gpu",
    "disable-dev-shm-usage",
)
_OFF: Final = ("background-networking", "component-update", "sync", "extensions", "default-apps")
_KEYS: Final = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Enter": 13, "Escape": 27}
_KEYS_OF_PLACE: Final = {"PageUp": 33, "PageDown": 34, "End": 35, "Home": 36, "Tab": 9}

# The browser reads from its descriptor 3 and writes to 4. Ours may have any numbers, these two among them.
_ARRANGE: Final = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class BrowserError(RuntimeError):
    """The browser ended, did not answer in time, or a page's script failed."""


class Page:
    """One tab. Everything waits for the browser's answer, at most PATIENCE seconds."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        """What the pages' scripts threw, the console's errors and warnings, and what was refused by a policy."""
        self.requests: list[str] = []
        """Every address that was asked for."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def open(self, address: str) -> None:
        """Go there and wait until the document and its scripts are loaded."""
        self._loaded = False
        answer = self.send("Page.navigate", url=address)
        if "errorText" in answer:
            raise BrowserError(f"{address}: {answer['errorText']}")
        deadline = time.monotonic() + PATIENCE
        while not self._loaded:
            self._receive(deadline)

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, expression: str) -> Any:
        """The first true value of an expression that is asked again and again, also while a page is being left."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                found, why = self.ask(expression), "it is not"
            except BrowserError as error:
                found, why = None, str(error)
            if found:
                return found
            if time.monotonic() > deadline:
                raise BrowserError(f"never true: {expression}: {why}; complaints: {self.complaints}")
            time.sleep(0.02)

    def press(self, *keys: str) -> None:
        """Named keys as the DOM names them, or single characters."""
        for key in keys:
            code = {**_KEYS, **_KEYS_OF_PLACE}.get(key)
            named: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": code or ord(key.upper())}
            text = {"text": "\r"} if key == "Enter" else {"text": key} if code is None else {}
            self.send("Input.dispatchKeyEvent", type="keyDown", **named, **text)
            self.send("Input.dispatchKeyEvent", type="keyUp", **named)

    def click(self, selector: str) -> None:
        """Press the mouse in the middle of the first element that matches."""
        place = self.ask(
            f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return { x: r.x + r.width / 2, y: r.y + r.height / 2 }; })()"
        )
        self.mouse("mousePressed", place["x"], place["y"])
        self.mouse("mouseReleased", place["x"], place["y"])

    def mouse(self, kind: str, x: float, y: float) -> None:
        """One mouse event with the left button."""
        self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def resize(self, width: int, height: int, *, dark: bool = False) -> None:
        """The window in CSS pixels, and which colours the user prefers."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, file: Path) -> None:
        """A PNG of what is in the window."""
        file.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def send(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        """One command of the protocol and its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self._receive(deadline)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                result: Mapping[str, Any] = answer["result"]
                return result

    def _receive(self, deadline: float) -> Mapping[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            part = os.read(self._from, 1 << 20) if ready else b""
            if not part:
                raise BrowserError("the browser has ended" if ready else f"no answer within {PATIENCE:g} s")
            self._buffer += part
        text, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, event: str, about: Mapping[str, Any]) -> None:
        if event == "Page.loadEventFired":
            self._loaded = True
        elif event == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(about["exceptionDetails"]))
        elif event == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{about['entry']['text']} {about['entry'].get('url', '')}")
        elif event == "Runtime.consoleAPICalled" and about["type"] in ("error", "warning"):
            self.complaints.append(json.dumps(about["args"]))


@contextmanager
def browsing(program: str) -> Iterator[Page]:
    """A page of a browser of its own, with a profile of its own, both gone at the end."""
    folder = tempfile.mkdtemp(prefix="couloir-browser-")
    for_browser, to_browser = os.pipe()
    from_browser, of_browser = os.pipe()
    switches = [*(f"--{name}" for name in _QUIET), *(f"--disable-{name}" for name in _OFF)]
    process = subprocess.Popen(
        [
            *(sys.executable, "-S", "-c", _ARRANGE, str(for_browser), str(of_browser), program),
            *("--headless", "--remote-debugging-pipe", f"--user-data-dir={folder}", *switches),
        ],
        pass_fds=(for_browser, of_browser),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(for_browser)
    os.close(of_browser)
    try:
        yield Page(to_browser, from_browser)
    finally:
        os.close(to_browser)  # at the end of its input it ends
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        os.close(from_browser)
        shutil.rmtree(folder, ignore_errors=True)
