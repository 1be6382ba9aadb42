"""Dialogs are kept as plain data and answered by a script; observers and buttons run outside tasks."""

from __future__ import annotations

import pytest

from fake_lightroom import RuleBroken, UnansweredDialog

FORM = """
LrFunctionContext.callWithContext("form", function(context)
  local f = LrView.osFactory()
  local props = LrBinding.makePropertyTable(context)
  props.path, props.all, props.n, props.status = "/old", true, 3, "idle"
  props:addObserver("path", function(p, key, value) p.status = key .. " is " .. value end)
  local result = LrDialogs.presentModalDialog {
    title = "Import", actionVerb = "Go", otherVerb = "Help",
    contents = f:column {
      bind_to_object = props, spacing = f:control_spacing(),
      f:static_text { title = LrView.bind "status" },
      f:row {
        f:static_text { title = "Library:", width = LrView.share "label" },
        f:edit_field { value = LrView.bind "path", width_in_chars = 30, enabled = LrBinding.keyEquals("all", true) },
        f:push_button { title = "Choose…", action = function() BODY end },
      },
      f:checkbox { title = "Everything", value = LrView.bind "all" },
      f:popup_menu { title = "Mode", value = LrView.bind "n", items = { { title = "Three", value = 3 } } },
      f:static_text { title = LrView.bind { key = "n", transform = function(v) return "n=" .. tostring(v) end } },
      LrView.conditionalItem(false, f:static_text { title = "hidden" }),
    },
  }
  say(result, props.path, props.all)
end)
"""


def form(body=""):
    return FORM.replace("BODY", body)


def test_a_message_is_answered_by_itself_and_kept(start):
    lightroom = start("say(LrDialogs.message('Title', 'More', 'warning'))")
    lightroom.run_menu("Go")
    shown = lightroom.dialogs[0]
    assert (shown.kind, shown.title, shown.text, shown.style) == ("message", "Title", "More", "warning")
    assert shown.result == "ok"


def test_a_question_without_an_answer_fails_the_test(start):
    with pytest.raises(UnansweredDialog, match="Really"):
        start("LrDialogs.confirm('Really?')").run_menu("Go")


def test_a_question_is_answered_by_its_text(start, said):
    lightroom = start("say(LrDialogs.confirm('Really?', 'It takes long', 'Yes', 'No', 'Later'))")
    lightroom.answer("takes long", "other")
    lightroom.run_menu("Go")
    assert said(lightroom) == ["other"]
    assert lightroom.dialogs[0].buttons == {"ok": "Yes", "cancel": "No", "other": "Later"}


def test_answers_are_used_up_in_order(start, said):
    lightroom = start("for i = 1, 3 do say(LrDialogs.confirm('Again?')) end")
    lightroom.answer("Again?", "ok", times=2)
    lightroom.answer(lambda dialog: dialog.kind == "confirm", "cancel")
    lightroom.run_menu("Go")
    assert said(lightroom) == ["ok", "ok", "cancel"]


def test_a_dialog_outside_a_task_is_answered_at_once(start, said):
    lightroom = start(go="say(LrDialogs.confirm('Now?'))")
    lightroom.answer("Now?", "ok")
    lightroom.run_menu("Go")
    assert said(lightroom) == ["ok"]


def test_a_form_shows_what_it_is_bound_to(start):
    lightroom = start(form())
    lightroom.answer("Import", "cancel")
    lightroom.run_menu("Go")
    dialog = lightroom.dialogs[0]
    assert dialog.texts == [
        "Import",
        "idle",
        "Library:",
        "/old",
        "Choose…",
        "Everything",
        "True",
        "Mode",
        "3",
        "n=3",
        "Go",
        "Cancel",
        "Help",
    ]
    assert dialog.tree.kind == "column"
    assert [node.kind for node in dialog.tree.children[1].children] == ["static_text", "edit_field", "push_button"]


def test_the_user_fills_in_a_form_and_observers_follow(start, said):
    def fill(dialog):
        dialog.set("Library:", "/new")
        assert "path is /new" in dialog.texts
        dialog.set("Everything", False)
        return "ok"

    lightroom = start(form())
    lightroom.answer("Import", fill)
    lightroom.run_menu("Go")
    assert said(lightroom) == ["ok /new false"]


def test_a_disabled_control_cannot_be_changed(start):
    def fill(dialog):
        dialog.set("Everything", False)
        with pytest.raises(LookupError, match="disabled"):
            dialog.set("Library:", "/new")
        return "cancel"

    lightroom = start(form())
    lightroom.answer("Import", fill)
    lightroom.run_menu("Go")


def test_a_button_runs_outside_tasks_and_starts_one_while_the_dialog_is_open(start, said):
    def choose(dialog):
        dialog.click("Choose")
        yield
        assert "/chosen" in dialog.texts
        return "ok"

    lightroom = start(
        form("LrTasks.startAsyncTask(function() props.path = LrDialogs.runOpenPanel { title = 'Where?' }[1] end)")
    )
    lightroom.answer("Import", choose)
    lightroom.answer("Where?", ["/chosen"])
    lightroom.run_menu("Go")
    assert said(lightroom) == ["ok /chosen true"]


def test_an_error_in_a_button_is_swallowed_into_a_list(start):
    lightroom = start(form("catalog:getAllPhotos()"))
    lightroom.answer("Import", lambda dialog: (dialog.click("Choose"), "ok")[1])
    lightroom.run_menu("Go")
    (error,) = lightroom.observer_errors
    assert "We can only wait from within a task" in error.message


def test_an_error_in_an_observer_is_swallowed_into_a_list(start, said):
    lightroom = start(
        """
        LrFunctionContext.callWithContext("x", function(context)
          local props = LrBinding.makePropertyTable(context)
          props:addObserver("a", function() error("in observer") end)
          props.a = 1
          say("went on")
        end)
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["went on"]
    assert "in observer" in lightroom.observer_errors[0].message


def test_observers_run_only_when_a_value_changes(start, said):
    lightroom = start(
        """
        LrFunctionContext.callWithContext("x", function(context)
          local props, n = LrBinding.makePropertyTable(context), 0
          props:addObserver("a", function() n = n + 1 end)
          props.a = 1; props.a = 1; props.a = 2
          props:removeObserver("a")
          props.a = 3
          local keys = 0
          for _ in props:pairs() do keys = keys + 1 end
          say(n, keys)
        end)
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["2 1"]


def test_bindings_combine(start, said):
    lightroom = start(
        """
        LrFunctionContext.callWithContext("x", function(context)
          local f, props = LrView.osFactory(), LrBinding.makePropertyTable(context)
          props.a, props.b = true, false
          LrDialogs.presentModalDialog { title = "Bound", contents = f:column { bind_to_object = props,
            f:checkbox { title = "and", value = LrBinding.andAllKeys("a", "b") },
            f:checkbox { title = "or", value = LrBinding.orAllKeys("a", "b") },
            f:checkbox { title = "not", value = LrBinding.negativeOfKey("b") },
            f:checkbox { title = "nil", value = LrBinding.keyIsNil("c") },
            f:checkbox { title = "both", value = LrView.bind { keys = { "a", "b" },
              operation = function(_, values) return values.a and not values.b end } },
          } }
        end)
        """
    )
    lightroom.answer("Bound", "ok")
    lightroom.run_menu("Go")
    boxes = {node.label: node.values["value"] for node in lightroom.dialogs[0].tree.children}
    assert boxes == {"and": False, "or": True, "not": True, "nil": True, "both": True}


def test_a_dialog_is_closed_by_the_plugin(start, said):
    def look_on(dialog):
        dialog.click("Stop")
        yield 60

    lightroom = start(
        """
        local f = LrView.osFactory()
        local contents
        contents = f:column { f:push_button { title = "Stop", action = function()
          LrDialogs.stopModalWithResult(contents, "stopped")
        end } }
        say(LrDialogs.presentModalDialog { title = "Open", contents = contents })
        """
    )
    lightroom.answer("Open", look_on)
    lightroom.run_menu("Go")
    assert said(lightroom) == ["stopped"]


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("LrView.osFactory():edit_text {}", "LrView has no member edit_text"),
        ("LrView.osFactory():row { 'text' }", "is not a view"),
        ("LrView.osFactory():static_text { title = 5 }", "must be a text"),
        ("LrDialogs.presentModalDialog { title = 'x' }", "contents is missing"),
        ("LrDialogs.presentModalDialog { title = 'x', contents = {} }", "must be a view"),
        ("LrDialogs.presentModalDialog { title = 'x', content = 1 }", "no argument 'content'"),
        (
            "local f = LrView.osFactory(); local text = f:static_text { title = LrView.bind 'a' };"  # noqa: ISC004
            "LrDialogs.presentModalDialog { title = 'x', contents = f:row { text } }",
            "no bind_to_object",
        ),
        ("LrDialogs.message(5)", "must be a text"),
        ("LrDialogs.message('x', 'y', 'loud')", "no style"),
    ],
)  # fmt: skip
def test_a_dialog_that_lightroom_would_draw_wrongly_is_refused(start, code, complaint):
    with pytest.raises(RuleBroken, match=complaint):
        start(code).run_menu("Go")


def test_modal_progress_is_a_bar_that_can_be_cancelled(start, said):
    lightroom = start(
        """
        LrFunctionContext.callWithContext("x", function(context)
          local scope = LrDialogs.showModalProgressDialog { title = "Wait", functionContext = context }
          LrTasks.sleep(1)
          say(scope:isCanceled())
        end)
        """
    )
    lightroom.at_call(15, lightroom.cancel)
    lightroom.run_menu("Go")
    assert said(lightroom) == ["true"]
    assert lightroom.progress[0]["modal"] is True


def test_of_two_open_dialogs_the_one_that_is_meant_is_closed(start, said):
    lightroom = start(
        """
        local f = LrView.osFactory()
        local below = f:column { f:static_text { title = "below" } }
        LrTasks.startAsyncTask(function() say(LrDialogs.presentModalDialog { title = "Below", contents = below }) end)
        LrTasks.yield()
        LrTasks.startAsyncTask(function()
          LrTasks.sleep(1)
          LrDialogs.stopModalWithResult(below, "by the plug-in")
        end)
        local above = f:column { f:static_text { title = "above" } }
        say(LrDialogs.presentModalDialog { title = "Above", contents = above })
        """
    )

    def wait(dialog):
        yield 5
        return "by the user"

    lightroom.answer("Above", wait)
    lightroom.answer("Below", wait)
    lightroom.run_menu("Go")
    assert said(lightroom) == ["by the plug-in", "by the user"]
