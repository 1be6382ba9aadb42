"""Lightroom killed at any call, the user cancelling at any moment, and what is left afterwards."""

from __future__ import annotations

import pytest

from fake_lightroom import Faults, Lightroom, LightroomKilled, Options, content

RATE_ALL = """
local prefs = import("LrPrefs").prefsForPlugin()
for _, photo in ipairs(catalog:getAllPhotos()) do
  if not photo:getRawMetadata("rating") then
    pcall(function() end)
    LrTasks.pcall(function()
      catalog:withWriteAccessDo("Rate", function()
        photo:setRawMetadata("rating", 4)
        photo:setRawMetadata("title", "T")
      end, { timeout = 5 })
    end)
  end
end
prefs.done = true
"""


@pytest.fixture
def five_photos(start, pictures):
    paths = pictures(5)

    def begin(task=RATE_ALL, **more):
        lightroom = start(task, **more)
        if not lightroom.catalog.photos:
            for path in paths:
                lightroom.add_photo(path)
        return lightroom

    return begin


def test_killed_at_any_call_the_catalog_holds_whole_gates_and_the_next_run_finishes(five_photos):
    whole = five_photos()
    whole.run_menu("Go")
    total = whole.counters.calls
    assert total > 30
    for number in range(1, total + 1, 3):
        first = five_photos()
        first.at_call(number, first.kill)
        with pytest.raises(LightroomKilled):
            first.run_menu("Go")
        assert first.counters.calls == number
        metadata = [photo.metadata for photo in first.catalog.photos.values()]
        assert all(one in ({}, {"rating": 4, "title": "T"}) for one in metadata)
        with first.start_again() as again:
            again.run_menu("Go")
        assert content(again.catalog) == content(whole.catalog)


def test_no_pcall_of_the_plugin_survives_the_kill(five_photos):
    task = "LrTasks.pcall(function() pcall(function() LOC '$$$/a=b' end); catalog:getAllPhotos() end); say('alive')"
    lightroom = five_photos(task)
    lightroom.at_call(13, lightroom.kill)  # LOC, inside both
    with pytest.raises(LightroomKilled):
        lightroom.run_menu("Go")
    assert lightroom.dialogs == []


def test_cleanup_handlers_do_not_run_when_lightroom_dies(start):
    ran = []
    lightroom = start(
        """
        LrFunctionContext.callWithContext("x", function(context)
          context:addCleanupHandler(function() import("LrShell").revealInShell("/cleaned") end)
          LrTasks.sleep(1)
        end)
        """
    )
    lightroom.at_call(lightroom.counters.calls + 14, lambda: (ran.append(1), lightroom.kill()))
    with pytest.raises(LightroomKilled):
        lightroom.run_menu("Go")
    assert (ran, lightroom.opened) == ([1], [])


@pytest.mark.parametrize(("survives", "left"), [(False, {}), (True, {"x": 1})])
def test_preferences_set_just_before_the_kill_may_be_lost(start, survives, left):
    prefs = {}
    lightroom = start(
        "import('LrPrefs').prefsForPlugin().x = 1; LrTasks.sleep(1); LrTasks.sleep(1)",
        prefs=prefs,
        options=Options(prefs_survive_kill=survives),
    )
    lightroom.at_call(14, lightroom.kill)
    with pytest.raises(LightroomKilled):
        lightroom.run_menu("Go")
    assert prefs.get("org.example.tiny", {}) == left


def test_the_user_cancels_at_any_call(start):
    task = """
    LrFunctionContext.callWithContext("x", function(context)
      local scope = LrProgressScope { title = "Working", functionContext = context }
      for i = 1, 20 do
        if scope:isCanceled() then break end
        scope:setPortionComplete(i, 20)
        LrTasks.yield()
      end
    end)
    """
    whole = start(task)
    whole.run_menu("Go")
    assert whole.progress[0]["portion"] == 1
    for number in range(15, whole.counters.calls, 7):
        faults = Faults()
        lightroom = start(task, faults=faults)
        lightroom.at_call(number, lightroom.cancel)
        lightroom.run_menu("Go")
        assert lightroom.progress[0]["canceled"] is True
        assert lightroom.counters.calls < number + 5


def test_a_bar_that_cannot_be_cancelled_is_not(start):
    lightroom = start(
        """
        local scope = LrProgressScope { title = "Working" }
        scope:setCancelable(false)
        LrTasks.sleep(1)
        scope:done()
        """
    )
    clicks = []
    lightroom.at_call(14, lambda: clicks.append(lightroom.cancel()))
    lightroom.run_menu("Go")
    assert clicks == [0]


def test_a_child_scope_is_cancelled_with_its_parent(start, said):
    lightroom = start(
        """
        local parent = LrProgressScope { title = "All" }
        local child = LrProgressScope { title = "Part", parent = parent, parentEndRange = 0.5 }
        parent:cancel()
        say(child:isCanceled())
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["true"]


def test_a_plan_may_stop_a_server_or_do_anything_else(start):
    done = []
    faults = Faults()
    faults.at_call(5, lambda: done.append("stopped"))
    start("LrTasks.sleep(1)", faults=faults).run_menu("Go")
    assert done == ["stopped"]


def test_a_fault_of_the_fake_itself_is_not_swallowed_by_the_plugin(start):
    def explode():
        raise ZeroDivisionError

    lightroom = start("LrTasks.pcall(function() LrTasks.sleep(1) end)")
    lightroom.at_call(12, explode)
    with pytest.raises(ZeroDivisionError):
        lightroom.run_menu("Go")


def test_lightroom_may_be_used_with_with(plugin, tmp_path):
    folder = plugin(
        "local x", info='LrShutdownPlugin = "Bye.lua",', Bye="import('LrPrefs').prefsForPlugin().bye = true"
    )
    prefs = {}
    with Lightroom(folder, home=tmp_path, prefs=prefs) as lightroom:
        lightroom.run_menu("Go")
    assert prefs["org.example.tiny"] == {"bye": True}


def test_a_call_can_be_refused_so_often_as_planned(start, said):
    faults = Faults()
    faults.refuse("LrCatalog.createCollection", "no room", nth=2, times=2)
    faults.refuse("LrCatalog.createCollectionSet", None)
    lightroom = start(
        """
        for n = 1, 4 do
          say(n, LrTasks.pcall(function() write(function() catalog:createCollection("c" .. n) end) end))
        end
        local made
        write(function() made = catalog:createCollectionSet("s") end)
        say(made)
        """,
        faults=faults,
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["1 true", "2 false no room", "3 false no room", "4 true", "nil"]
    assert [each.name for each in lightroom.catalog.collections.values()] == ["c1", "c4"]


def test_time_passes_only_by_what_is_planned_to_take_some(start, said):
    options = Options(real_time=False, costs={"LrCatalog.getAllPhotos": 0.25})
    lightroom = start("catalog:getAllPhotos() LrTasks.sleep(2) catalog:getAllPhotos()", options=options)
    before = lightroom.clock
    lightroom.run_menu("Go")
    assert lightroom.clock - before == 2.5
