"""The Lua side: one Lua 5.1 runtime, the files of `lua/`, and the functions that Python offers to them."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lupa.lua51 import LuaError, LuaRuntime, lua_type

from . import modal
from .errors import Gone, LightroomKilled, PluginFailed, RuleBroken, SdkError
from .marshal import Marshal, Ref, decode, encode
from .registry import IMPLEMENTATIONS, PROPERTIES, RAW, Wait
from .sdk.export import open_export
from .session import Failure, Session
from .tables import api
from .tables.api import Member
from .tables.words import words

_FILES = ("objects", "sandbox", "tasks", "gates", "views", "progress", "logger")
_WATCH_EVERY = 10_000_000
_FORBIDDEN_IN_GATE = words("""
    LrTasks.sleep LrTasks.execute LrHttp.get LrHttp.post LrHttp.postMultipart LrCatalog.createVirtualCopies
    LrExportRendition.waitForRender LrExportSession.doExportOnCurrentTask LrExportSession.doExportOnNewTask
    """)
_READ_WITH_ACCESS = frozenset({"LrCatalog.getKeywords", "LrCatalog.getKeywordsByLocalId", "LrCatalog.hasWriteAccess"})


def _never_closed(lua: LuaRuntime) -> LuaRuntime:
    """Closing a Lua state that still holds Python functions can crash lupa 2.8 when Python collects its garbage."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(lua))
    return lua


class Runtime:
    """Runs Lua for one session. Exceptions of the fake itself travel past the plug-in: see `run`."""

    def __init__(self, session: Session, *, coverage: bool) -> None:
        self.session = session
        self.crash: BaseException | None = None
        self.lua = _never_closed(
            LuaRuntime(encoding=None, unpack_returned_tuples=True, register_eval=False, register_builtins=False)
        )
        load = self.lua.eval(b"function(source, name, ...) return assert(loadstring(source, name))(...) end")
        folder = Path(__file__).parent / "lua"

        def run_file(name: str, *arguments: Any) -> Any:
            return load((folder / f"{name}.lua").read_bytes(), b"=fake " + name.encode(), *arguments)

        kernel = run_file("kernel", self.lua.table_from(self._host()))
        run_file("coverage", kernel, coverage, _WATCH_EVERY)
        for name in _FILES:
            run_file(name, kernel)
        # Indexing a table from inside a callback can give lupa a wrong stack; calling a function cannot.
        self._functions = {decode(name): value for name, value in kernel.items() if lua_type(value) == "function"}
        self.marshal = Marshal(
            self.lua, self._functions["reference"], self._functions["object"], self._functions["strict"]
        )
        for number, action in session.faults.events.items():
            self.plan_event(number, action)
        session.runtime = self

    # What Python calls -------------------------------------------------------------------------------------------

    def plan_event(self, number: int, action: Callable[[], None]) -> None:
        self._functions["plan"](number, self._guarded(action))

    def call(self, name: str, *arguments: Any) -> Any:
        """Calls a function of the kernel from outside, with Lua values, and gives its results as they are."""
        self.session.start_watch()
        try:
            value = self._functions[name](*arguments)
        except LuaError as problem:
            self._raise_crash()
            if self.session.rules_pending:
                raise RuleBroken(self.session.violations[-1]) from problem
            raise PluginFailed(str(problem)) from problem
        self._raise_crash()
        return value

    def ask(self, name: str, *arguments: Any) -> Any:
        """The same from inside a call of Lua's."""
        return self._functions[name](*arguments)

    def run(self) -> None:
        """Lets tasks run until nothing is left to do."""
        self.call("run")

    def kill(self) -> None:
        self._functions["kill"]()

    @property
    def in_task(self) -> bool:
        return bool(self._functions["in_task"]())

    @property
    def killed(self) -> bool:
        return bool(self._functions["is_killed"]())

    def wake(self, token: int, *results: Any) -> None:
        self._functions["wake"](token, True, *map(self.marshal.to_lua, results))

    def wake_failed(self, token: int, problem: SdkError) -> None:
        """Ends a wait with an error that the waiting call throws."""
        self._functions["wake"](token, False, self.thrown(problem))

    def _raise_crash(self) -> None:
        if self.crash is not None:
            crash, self.crash = self.crash, None
            if isinstance(crash, LuaError) and self.session.rules_pending:
                raise RuleBroken(self.session.violations[-1]) from crash
            raise crash
        if self.killed:
            raise LightroomKilled("Lightroom was killed")

    # What Lua calls ----------------------------------------------------------------------------------------------

    def _guarded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """An exception of the fake itself ends the run: no pcall of the plug-in may swallow it."""

        @functools.wraps(function)
        def guarded(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            except BaseException as crash:  # noqa: BLE001 - kept, and raised again by `call`
                self._crash(crash)
                return None

        return guarded

    def _crash(self, crash: BaseException) -> None:
        if self.crash is None:
            self.crash = crash
        self.kill()

    def _host(self) -> dict[bytes, Any]:
        s = self.session
        offered: dict[str, Callable[..., Any]] = {
            "rule": lambda text: s.broken_rule(decode(text)),
            "member": self._member,
            "implementation": self._implementation,
            "property": self._property,
            "importable": lambda name: decode(name) in api.IMPORTABLE,
            "wait": lambda busy: modal.wait(s, busy=busy),
            "sleep": lambda seconds: s.waits.later(seconds, lambda: ()),
            "now": s.waits.now,
            "posix_time": s.waits.posix_time,
            "watch": s.watch,
            "task_failed": self._task_failed,
            "observer_failed": lambda where, text: s.observer_errors.append(Failure(decode(where), decode(text))),
            "show_error": lambda title, text, user, trace: modal.show_error(
                s, decode(title), decode(text), decode(trace), expected=user
            ),
            "gate_opened": lambda name, private: s.catalog.begin(decode(name), private=bool(private)),
            "gate_closed": self._gate_closed,
            "busy_seconds": self._busy_seconds,
            "temporary_name": lambda: encode(s.temporary_name()),
            "loc": self._answer(s.texts.loc, raw=False),
            "open_export": self._answer(functools.partial(open_export, s), raw=False),
            "io_path": self._io_path,
            "plugin_module": self._plugin_module,
            "global_written": lambda name: s.global_written(decode(name)),
            "prefs": lambda plugin: self.marshal.to_lua(s.prefs.setdefault(decode(plugin), {})),
            "pref_set": self._pref_set,
            "log": lambda name, level, text: s.write_log(decode(name), decode(level), decode(text)),
        }
        host: dict[bytes, Any] = {name.encode(): self._guarded(function) for name, function in offered.items()}
        host[b"mac"] = s.platform == "mac"
        host[b"plugin_id"] = None
        host[b"cancel_in_gate"] = s.options.cancel_in_gate
        return host

    def _member(self, module: bytes, name: bytes) -> Any:
        member = api.members(decode(module)).get(decode(name))
        if member is None:
            return False
        if member.since > self.session.options.version:
            return b"newer"
        allowed = self.session.options.slow_calls_in_gate == "allowed"
        return self.lua.table_from(_described(member) | ({b"forbidden_in_gate": False} if allowed else {}))

    def _implementation(self, full: bytes) -> Any:
        name = decode(full)
        implementation = IMPLEMENTATIONS.get(name)
        if implementation is None:
            if name.endswith(".type"):
                return lambda *_: (True, full.removesuffix(b".type"))
            return None
        answer = self._answer(functools.partial(implementation, self.session), raw=name in RAW)
        waits, faults, cost = self.session.waits, self.session.faults, self.session.options.costs.get(name, 0.0)

        def answer_or_not(*arguments: Any) -> Any:
            if cost:
                waits.spend(cost)
            refusal = faults.refusal(name)
            if refusal is None:
                return answer(*arguments)
            (text,) = refusal
            return (True, None) if text is None else (False, encode(text))

        return answer_or_not

    def _property(self, full: bytes) -> Any:
        name = decode(full)
        if name.endswith(".localIdentifier"):
            return lambda thing: self._functions["reference"](thing)[1]
        if name.endswith(".catalog"):
            return lambda _thing: self.marshal.to_lua(Ref("LrCatalog", 1))
        found = PROPERTIES.get(name)
        if found is None:
            return None

        def value(thing: Any) -> Any:
            reference = self._functions["reference"](thing)
            return self.marshal.to_lua(found(self.session, reference[1] if reference else 0))

        return self._guarded(value)

    def _answer(self, function: Callable[..., Any], *, raw: bool) -> Callable[..., Any]:
        """Wraps an implementation: converts, and turns its outcome into what the kernel's `results` reads."""

        def answer(*arguments: Any) -> Any:
            marshal = self.marshal
            try:
                value = function(*(arguments if raw else map(marshal.to_python, arguments)))
                if type(value) is Wait:
                    return b"wait", value.token
                if type(value) is tuple:
                    return True, *map(marshal.to_lua, value)
                return True, marshal.to_lua(value)
            except SdkError as problem:
                if isinstance(problem, Gone) and self.session.options.gone_objects == "nil":
                    return True, None
                return False, self.thrown(problem)
            except LuaError as problem:
                return False, encode(str(problem).partition("\n")[0])
            except BaseException as crash:  # noqa: BLE001 - kept, and raised again by `call`
                self._crash(crash)
                return False, b"the fake Lightroom failed"

        return answer

    def thrown(self, problem: SdkError) -> bytes:
        """The text that plug-in code gets; a broken rule is remembered as well."""
        if isinstance(problem, RuleBroken):
            self.session.broken_rule(str(problem))
            return encode(f"fake Lightroom: {problem}")
        return encode(str(problem))

    def _task_failed(self, where: bytes, message: bytes, trace: bytes, shows_dialog: bool) -> None:
        failure = Failure(decode(where), decode(message), decode(trace))
        self.session.task_errors.append(failure)
        if shows_dialog:
            modal.show_error(self.session, failure.where, failure.message, failure.traceback, expected=False)

    def _gate_closed(self, good: bool) -> Any:
        if good:
            self.session.catalog.commit()
        else:
            self.session.catalog.roll_back()
        return True

    def _busy_seconds(self, name: bytes) -> float:
        self.session.gate_count += 1
        return self.session.faults.busy_seconds(self.session.gate_count, decode(name), self.session.waits.now())

    def _io_path(self, path: bytes) -> Any:
        text = decode(path)
        if self.session.platform == "win" and not text.isascii():
            return None, encode(f"{text}: No such file or directory")
        return encode(str(self.session.paths.to_host(text)))

    def _plugin_module(self, name: Any) -> Any:
        found = self.session.plugin.module(decode(name) if isinstance(name, bytes) else name)
        return None if found is None else (found[0], encode(found[1]))

    def _pref_set(self, plugin: bytes, key: Any, value: Any) -> None:
        table = self.session.prefs.setdefault(decode(plugin), {})
        name = self.marshal.to_python(key)
        if value is None:
            table.pop(name, None)
        elif lua_type(value) == "function":
            self.session.broken_rule(f"the preference {name!r} cannot be a function")
        else:
            table[name] = self.marshal.to_python(value)


def _described(member: Member) -> dict[bytes, Any]:
    """What `bind` in objects.lua needs to know about a member."""
    full = f"{member.module}.{member.name}"
    most = "any number of" if member.most is None else str(member.most)
    arity = most if member.fewest == member.most else f"{member.fewest} to {most}"
    forbidden = full in _FORBIDDEN_IN_GATE or (member.module == "LrDialogs" and member.yields)
    return {
        b"full": full.encode(),
        b"module": member.module.encode(),
        b"property": member.kind == "=",
        b"method": member.kind == ":",
        b"fewest": member.fewest,
        b"most": member.most,
        b"arity": f"{arity} argument{'' if arity == '1' else 's'}".encode(),
        b"gate": "gate" in member.needs,
        b"private": "private" in member.needs,
        b"task": bool(member.needs & {"task", "gate"}),
        b"yields": member.yields,
        b"forbidden_in_gate": forbidden,
        b"in_read_gate": full in _READ_WITH_ACCESS or member.module == "LrKeyword",
    }
