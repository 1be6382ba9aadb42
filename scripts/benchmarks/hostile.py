"""Clients that want the service for themselves: `python hostile.py PORT KIND COUNT`, until it is ended.

Keeps COUNT connections open and makes each anew when the service closes it. KIND is silent, refused (complete requests
with a wrong token, one after the other), trickling (a header byte by byte, as fast as it goes) or unfinished (a body
that is announced and does not come).
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import sys
import time

HEAD = b"GET /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer wrong\r\n"
FIRST = {
    "silent": b"",
    "refused": HEAD + b"\r\n",
    "trickling": HEAD + b"X: ",
    "unfinished": HEAD.replace(b"GET", b"POST") + b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{",
}
PAUSE = 0.01  # seconds between two rounds of bytes


class Crowd:
    """COUNT connections of one kind."""

    def __init__(self, port: int, kind: str, count: int) -> None:
        self._port, self._kind, self._count = port, kind, count
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Never returns."""
        said = 0.0
        while True:
            for _ in range(min(50, self._count - len(self._selector.get_map()))):
                self._connect()
            for key, _ in self._selector.select(PAUSE):
                self._hear(key.fileobj)  # type: ignore[arg-type]
            if self._kind == "trickling" and time.monotonic() - said >= PAUSE:
                said = time.monotonic()
                for key in list(self._selector.get_map().values()):
                    with contextlib.suppress(OSError):
                        key.fileobj.send(b"x")  # type: ignore[union-attr]

    def _connect(self) -> None:
        connection = socket.socket()
        try:
            connection.connect(("127.0.0.1", self._port))
            connection.settimeout(0)
            connection.send(FIRST[self._kind])
        except OSError:
            connection.close()
            return
        self._selector.register(connection, selectors.EVENT_READ)

    def _hear(self, connection: socket.socket) -> None:
        try:
            heard = connection.recv(65536)
            if heard and self._kind == "refused":
                connection.send(FIRST[self._kind])
        except OSError:
            heard = b""
        if not heard:
            self._selector.unregister(connection)
            connection.close()


if __name__ == "__main__":
    Crowd(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])).run()
