"""Tasks are coroutines, every yielding call yields, and only LrTasks.pcall lets it."""

from __future__ import annotations

import pytest

from fake_lightroom import LightroomHangs, Options, PluginFailed, RuleBroken

YIELD_TEXT = "Yielding is not allowed within a C or metamethod call"


@pytest.mark.parametrize("call", ["LrTasks.sleep(1)", "catalog:getAllPhotos()", "catalog:findPhotoByPath('/x')"])
def test_a_yielding_call_outside_a_task_fails(start, call):
    with pytest.raises(PluginFailed, match="We can only wait from within a task"):
        start(go=call).run_menu("Go")


def test_plain_pcall_around_a_yielding_call_fails_with_lightrooms_text(start, said):
    lightroom = start("local ok, message = pcall(function() catalog:getAllPhotos() end); say(ok, message)")
    with pytest.raises(RuleBroken, match="inside a plain pcall"):
        lightroom.run_menu("Go")
    assert said(lightroom) == ["false " + YIELD_TEXT]


@pytest.mark.parametrize(
    "code",
    [
        "table.sort({ 3, 1, 2 }, function(a, b) LrTasks.yield(); return a < b end)",
        "(('abc'):gsub('b', function() LrTasks.yield() return 'x' end))",
        "local x = setmetatable({}, { __index = function() LrTasks.yield() end }).y",
    ],
)
def test_callbacks_of_luas_library_and_metamethods_cannot_yield(start, code):
    body = code if code.startswith(("table", "local")) else f"local x = {code}"
    with pytest.raises(RuleBroken, match="callback of Lua's library or a metamethod"):
        start(body).run_menu("Go")


def test_lrtasks_pcall_lets_yields_through_and_catches_errors(start, said):
    lightroom = start(
        """
        say(LrTasks.pcall(function(a) LrTasks.sleep(1); LrTasks.yield(); return a, 2, nil end, 1))
        say(LrTasks.pcall(function() LrTasks.yield(); error("broken", 0) end))
        say(LrTasks.pcall(function() return LrTasks.pcall(function() LrTasks.sleep(1); error("inner", 0) end) end))
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["true 1 2 nil", "false broken", "true false inner"]


def test_can_yield_tells_tasks_from_menu_scripts_and_from_pcall(start, said):
    lightroom = start(
        go="""
        local outside = LrTasks.canYield()
        LrTasks.startAsyncTask(function()
          local _, inside = pcall(function() return LrTasks.canYield() end)
          say(outside, LrTasks.canYield(), inside)
        end)
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["false true false"]


def test_tasks_take_turns_at_every_yield(start, said):
    lightroom = start(
        go="""
        local trace = {}
        for _, name in ipairs { "a", "b" } do
          LrTasks.startAsyncTask(function()
            for i = 1, 2 do trace[#trace + 1] = name .. i; catalog:getAllPhotos() end
            if name == "b" then say(table.concat(trace, " ")) end
          end)
        end
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["a1 b1 a2 b2"]


def test_sleeping_tasks_wake_in_order_without_real_time_passing(start, said):
    lightroom = start(
        go="""
        for _, seconds in ipairs { 300, 100, 200 } do
          LrTasks.startAsyncTask(function() LrTasks.sleep(seconds); say(seconds) end)
        end
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["100", "200", "300"]


def test_clocks_agree_that_time_leapt(start, said):
    lightroom = start(
        """
        local LrDate = import "LrDate"
        local before, posix = LrDate.currentTime(), os.time()
        LrTasks.sleep(3600)
        say(math.floor((LrDate.currentTime() - before) / 3600), math.floor((os.time() - posix) / 3600))
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["1 1"]


def test_an_unhandled_error_in_a_task_shows_a_dialog_and_fails_the_test(start):
    lightroom = start("error('broken')")
    with pytest.raises(PluginFailed, match="broken"):
        lightroom.run_menu("Go")
    assert [(d.kind, d.style) for d in lightroom.dialogs] == [("error", "internal error")]
    assert "Go.lua" in lightroom.task_errors[0].traceback


def test_an_endless_loop_is_a_hang(start):
    with pytest.raises(LightroomHangs):
        start(go="while true do end", options=Options(hang_seconds=0.2)).run_menu("Go")


def test_a_long_computation_is_no_hang(start):
    start(go="local n = 0; for i = 1, 2e7 do n = n + i end").run_menu("Go")


def test_tasks_that_yield_for_ever_are_a_hang(start):
    with pytest.raises(LightroomHangs):
        start("while true do LrTasks.yield() end", options=Options(hang_seconds=0.2)).run_menu("Go")


class TestContexts:
    def test_cleanup_runs_in_reverse_and_failure_handlers_only_on_failure(self, start, said):
        lightroom = start(
            """
            local trace = {}
            local function run(fails)
              LrTasks.pcall(LrFunctionContext.callWithContext, "x", function(context)
                context:addCleanupHandler(function(ok) trace[#trace + 1] = "clean " .. tostring(ok) end)
                context:addFailureHandler(function(_, message) trace[#trace + 1] = "failed " .. tostring(message) end)
                LrTasks.yield()
                if fails then error("broken", 0) end
              end)
            end
            run(false); run(true)
            say(table.concat(trace, ", "))
            """
        )
        lightroom.run_menu("Go")
        assert said(lightroom) == ["clean true, failed broken, clean false"]

    def test_call_with_context_throws_again(self, start):
        with pytest.raises(PluginFailed, match="broken"):
            start("LrFunctionContext.callWithContext('x', function() error('broken') end)").run_menu("Go")

    def test_pcall_with_context_gives_the_error_back(self, start, said):
        lightroom = start("say(LrFunctionContext.pcallWithContext('x', function() LrTasks.yield() error('b', 0) end))")
        lightroom.run_menu("Go")
        assert said(lightroom) == ["false b"]

    @pytest.mark.parametrize(
        "use",
        [
            "kept:addCleanupHandler(function() end)",
            "LrBinding.makePropertyTable(kept)",
            "LrProgressScope { title = 'x', functionContext = kept }",
            "scope:setPortionComplete(1, 2)",
            "properties:addObserver('x', function() end)",
        ],
    )
    def test_nothing_outlives_its_context(self, start, use):
        code = """
        local kept, scope, properties
        LrFunctionContext.callWithContext("gone", function(context)
          kept, scope = context, LrProgressScope { title = "x", functionContext = context }
          properties = LrBinding.makePropertyTable(context)
        end)
        """
        with pytest.raises(PluginFailed, match="already ended"):
            start(code + use).run_menu("Go")

    def test_an_attached_error_dialog_shows_what_the_plugin_threw(self, start):
        lightroom = start(
            go="""
            LrFunctionContext.postAsyncTaskWithContext("x", function(context)
              LrDialogs.attachErrorDialogToFunctionContext(context)
              LrErrors.throwUserError("The disk is full")
            end)
            """
        )
        lightroom.run_menu("Go")
        assert [(d.text, d.style) for d in lightroom.dialogs] == [("The disk is full", "user error")]

    def test_a_canceled_operation_ends_silently(self, start):
        lightroom = start(
            go="""
            LrFunctionContext.postAsyncTaskWithContext("x", function() LrTasks.yield(); LrErrors.throwCanceled() end)
            """
        )
        lightroom.run_menu("Go")
        assert (lightroom.dialogs, lightroom.task_errors) == ([], [])

    def test_a_canceled_error_is_recognised(self, start, said):
        lightroom = start("local _, e = LrTasks.pcall(LrErrors.throwCanceled); say(LrErrors.isCanceledError(e))")
        lightroom.run_menu("Go")
        assert said(lightroom) == ["true"]

    def test_a_recursion_guard_lets_nobody_in_twice(self, start, said):
        lightroom = start(
            """
            local guard, entered = import("LrRecursionGuard")("g"), 0
            local function enter() entered = entered + 1; guard:performWithGuard(enter) end
            guard:performWithGuard(enter)
            say(entered, guard.active)
            """
        )
        lightroom.run_menu("Go")
        assert said(lightroom) == ["1 false"]
