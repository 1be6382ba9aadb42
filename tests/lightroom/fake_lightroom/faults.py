"""What a test lets go wrong, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["refused", "timeout", "cut", "lost", "status", "slow"]


@dataclass(frozen=True, slots=True)
class HttpFault:
    """refused: no connection. timeout: the server may have acted, the answer came too late. cut: the body ends early.
    lost: the connection breaks before the answer. status: an answer with that status, not from the server.
    slow: the answer takes so many seconds more.

    `reaches_server` says whether the request is really made; it matters for what must not be done twice.
    """

    kind: Kind
    status: int = 500
    seconds: float = 0.0
    body: str = ""
    reaches_server: bool = True


@dataclass
class _Planned:
    fault: HttpFault | None
    nth: int | None
    text: str
    times: int | None
    seconds: float = float("inf")

    def strikes(self, number: int, text: str) -> bool:
        fits = (self.nth is None or self.nth == number) and self.text in text
        if not fits or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class _Refusal:
    text: str | None
    nth: int
    times: int | None
    calls: int = 0


class Faults:
    """Plans for the n-th SDK call, HTTP request or gate, counted from 1 since this Lightroom started."""

    def __init__(self) -> None:
        self.events: dict[int, Callable[[], None]] = {}
        self._requests: dict[int, Callable[[], None]] = {}
        self._http: list[_Planned] = []
        self._gates: list[_Planned] = []
        self._locks: list[_Planned] = []
        self._locked_until = 0.0
        self._refusals: dict[str, list[_Refusal]] = {}
        self.sign: Callable[[Mapping[str, str], str, int, str], Mapping[str, str]] | None = None
        """More headers for the answers of "status" faults: (the request's headers, url, status, body) to headers."""

    def at_call(self, number: int, action: Callable[[], None]) -> None:
        """Does something just before the n-th SDK call: `lightroom.kill`, `lightroom.cancel`, stopping a server."""
        self.events[number] = action

    def at_request(self, number: int, action: Callable[[], None]) -> None:
        """Does something just before the n-th HTTP request is sent."""
        self._requests[number] = action

    def http(self, fault: HttpFault, *, nth: int | None = None, url: str = "", times: int | None = 1) -> None:
        """Strikes the n-th request, or those whose "METHOD url" contains `url`; `times` None strikes every time."""
        self._http.append(_Planned(fault, nth, url, times))

    def busy(
        self, *, nth: int | None = None, name: str = "", times: int | None = 1, seconds: float = float("inf")
    ) -> None:
        """Another write holds the catalog for so long: who waits less sees a throw, "aborted" or "queued"."""
        self._gates.append(_Planned(None, nth, name, times, seconds))

    def lock(self, seconds: float, *, nth: int | None = None, name: str = "") -> None:
        """Somebody else (previews, sync, another plug-in) holds the catalog for so many seconds from the moment at
        which this gate is asked for, however often it is asked for again."""
        self._locks.append(_Planned(None, nth, name, 1, seconds))

    def refuse(self, member: str, text: str | None = "refused", *, nth: int = 1, times: int | None = 1) -> None:
        """Has "LrPhoto.addKeyword", say, throw this text from its n-th call on, so many times; None: it gives nil."""
        self._refusals.setdefault(member, []).append(_Refusal(text, nth, times))

    def refusal(self, member: str) -> tuple[str | None] | None:
        """What this call throws, in a tuple; None when it may go on."""
        for plan in self._refusals.get(member, ()):
            plan.calls += 1
            if plan.calls >= plan.nth and (plan.times is None or plan.calls < plan.nth + plan.times):
                return (plan.text,)
        return None

    def http_fault(self, number: int, request: str) -> HttpFault | None:
        """What strikes this request; what is planned for its moment is done."""
        self._requests.pop(number, lambda: None)()
        return next((plan.fault for plan in self._http if plan.strikes(number, request)), None)

    def busy_seconds(self, number: int, name: str, now: float) -> float:
        """For how long the catalog is busy when this gate is asked for; 0 when it is free."""
        for plan in self._locks:
            if plan.strikes(number, name):
                self._locked_until = now + plan.seconds
        if now < self._locked_until:
            return self._locked_until - now
        return next((plan.seconds for plan in self._gates if plan.strikes(number, name)), 0.0)
