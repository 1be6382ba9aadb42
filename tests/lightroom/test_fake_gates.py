"""Write gates: one at a time, all or nothing, and visible only when they return."""

from __future__ import annotations

import pytest

from fake_lightroom import Faults, PluginFailed, RuleBroken


@pytest.fixture
def with_photo(start, pictures):
    """Starts Lightroom with one photo in the catalog, `photo` in the Lua."""

    def begin(task, **more):
        lightroom = start("local photo = catalog:getAllPhotos()[1]\n" + task, **more)
        lightroom.add_photo(pictures(1)[0])
        return lightroom

    return begin


@pytest.mark.parametrize(
    "call",
    [
        "photo:setRawMetadata('rating', 3)",
        "photo:applyDevelopSettings({ Exposure2012 = 1 })",
        "catalog:createCollection('x')",
        "catalog:createKeyword('x')",
        "catalog:addPhoto('/x.jpg')",
        "photo:createDevelopSnapshot('x')",
        "catalog:setPropertyForPlugin(_PLUGIN, 'x', 'y')",
    ],
)
def test_a_write_outside_a_gate_fails(with_photo, call):
    with pytest.raises(PluginFailed, match="must be called within a withWriteAccessDo block"):
        with_photo(call).run_menu("Go")


def test_gates_do_not_nest(with_photo):
    with pytest.raises(PluginFailed, match="already inside a write access call"):
        with_photo("write(function() write(function() end) end)").run_menu("Go")


@pytest.mark.parametrize("name", ["nil", "7", "{}"])
def test_the_action_name_must_be_a_string(start, name):
    with pytest.raises(PluginFailed, match="actionName must be a string"):
        start(f"catalog:withWriteAccessDo({name}, function() end)").run_menu("Go")


def test_a_gate_tells_that_it_was_executed_and_is_one_step(with_photo, said):
    lightroom = with_photo("say(catalog:withWriteAccessDo('Rate', function() photo:setRawMetadata('rating', 3) end))")
    lightroom.run_menu("Go")
    assert said(lightroom) == ["executed"]
    assert [(gate.name, gate.writes) for gate in lightroom.catalog.gates] == [("Rate", 1)]
    assert lightroom.counters.gates == 1


def test_an_error_inside_throws_everything_away(with_photo, said):
    lightroom = with_photo(
        """
        say(LrTasks.pcall(function() write(function()
          photo:setRawMetadata("rating", 3)
          catalog:createCollection("Gone")
          LrTasks.yield()
          error("broken", 0)
        end) end))
        write(function() photo:setRawMetadata("title", "after") end)
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["false broken"]
    assert next(iter(lightroom.catalog.photos.values())).metadata == {"title": "after"}
    assert lightroom.catalog.collections == {}


def test_changes_are_visible_only_after_the_gate(with_photo, said):
    lightroom = with_photo(
        """
        local inside
        write(function() photo:setRawMetadata("rating", 3); inside = photo:getRawMetadata("rating") end)
        say(inside, photo:getRawMetadata("rating"))
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["nil 3"]


@pytest.mark.parametrize(
    "query",
    [
        "catalog:createCollection('x'):getName()",
        "catalog:createKeyword('x'):getName()",
        "catalog:createCollectionSet('x'):getChildren()",
        "catalog:addPhoto(path):getRawMetadata('path')",
        "catalog:addPhoto(path):getDevelopSettings()",
    ],
)
def test_an_object_made_in_a_gate_cannot_be_read_in_it(start, pictures, query):
    (path,) = pictures(1)
    with pytest.raises(PluginFailed, match="made in the same write access call"):
        start(f"local path = [[{path}]]; write(function() {query} end)").run_menu("Go")


def test_develop_settings_cannot_go_to_a_photo_added_in_the_same_gate(start, pictures):
    (path,) = pictures(1)
    code = f"write(function() catalog:addPhoto([[{path}]]):applyDevelopSettings({{ Exposure2012 = 1 }}) end)"
    with pytest.raises(PluginFailed, match="added in the same write access call"):
        start(code).run_menu("Go")


def test_the_noted_pairs_work_in_one_gate(start, pictures):
    (path,) = pictures(1)
    lightroom = start(
        f"""
        write(function()
          local photo = catalog:addPhoto([[{path}]])
          photo:setRawMetadata("title", "T")
          photo:addKeyword(catalog:createKeyword("k", {{}}, true, catalog:createKeyword("above")))
          catalog:createCollection("c", catalog:createCollectionSet("s")):addPhotos({{ photo }})
        end)
        """
    )
    lightroom.run_menu("Go")
    catalog = lightroom.catalog
    (photo,) = catalog.photos.values()
    assert photo.metadata["title"] == "T"
    assert [catalog.keywords[number].name for number in photo.keywords] == ["k"]
    assert [catalog.collections[number].name for number in photo.collections] == ["c"]


def test_other_tasks_may_run_while_a_gate_yields_but_not_write(with_photo, said):
    lightroom = with_photo(
        """
        LrTasks.startAsyncTask(function()
          say(LrTasks.pcall(function() catalog:withWriteAccessDo("B", function() end) end))
          say(catalog:withWriteAccessDo("C", function() end, { timeout = 30 }))
        end)
        write(function() for i = 1, 50 do LrTasks.yield() end end)
        """
    )
    lightroom.run_menu("Go")
    assert "was blocked by another write access call" in said(lightroom)[0]
    assert said(lightroom)[1] == "executed"


class TestBusyCatalog:
    def test_without_timeout_it_throws(self, start, said):
        faults = Faults()
        faults.busy(nth=1)
        lightroom = start("say(LrTasks.pcall(catalog.withWriteAccessDo, catalog, 'x', function() end))", faults=faults)
        lightroom.run_menu("Go")
        assert "was blocked" in said(lightroom)[0]

    def test_with_timeout_it_is_aborted_and_nothing_happened(self, start, said):
        faults = Faults()
        faults.busy(name="x")
        lightroom = start(
            """
            local ran, late = false, false
            local outcome = catalog:withWriteAccessDo("x", function() ran = true end,
              { timeout = 5, callback = function() late = true end })
            say(outcome, ran, late)
            """,
            faults=faults,
        )
        lightroom.run_menu("Go")
        assert said(lightroom) == ["aborted false true"]

    def test_a_catalog_that_is_free_again_within_the_timeout_is_written(self, start, said):
        faults = Faults()
        faults.busy(nth=1, seconds=3)
        lightroom = start("say(catalog:withWriteAccessDo('x', function() end, { timeout = 5 }))", faults=faults)
        lightroom.run_menu("Go")
        assert said(lightroom) == ["executed"]

    def test_asynchronous_it_is_queued_and_runs_later(self, start, said):
        faults = Faults()
        faults.busy(nth=1)
        lightroom = start(
            """
            local ran = false
            local outcome = catalog:withWriteAccessDo("x", function() ran = true end, { asynchronous = true })
            local before = ran
            LrTasks.sleep(1)
            say(outcome, before, ran)
            """,
            faults=faults,
        )
        lightroom.run_menu("Go")
        assert said(lightroom) == ["queued false true"]

    def test_the_next_gate_finds_the_catalog_free_again(self, start, said):
        faults = Faults()
        faults.busy(nth=1)
        lightroom = start("write(function() end); say(write(function() end))", faults=faults)
        lightroom.run_menu("Go")
        assert said(lightroom) == ["executed"]


class TestPrivateGate:
    def test_it_takes_no_name(self, start):
        with pytest.raises(PluginFailed, match="a function is needed"):
            start("catalog:withPrivateWriteAccessDo('x', function() end)").run_menu("Go")

    def test_it_writes_fields_of_the_plugin(self, start):
        lightroom = start(
            "catalog:withPrivateWriteAccessDo(function() catalog:setPropertyForPlugin(_PLUGIN, 'x', 'y') end)"
        )
        lightroom.run_menu("Go")
        assert lightroom.catalog.properties == {"org.example.tiny": {"x": "y"}}

    def test_it_writes_nothing_else(self, start):
        code = "catalog:withPrivateWriteAccessDo(function() catalog:createCollection('x') end)"
        with pytest.raises(PluginFailed, match="cannot be called within a withPrivateWriteAccessDo block"):
            start(code).run_menu("Go")


class TestReadAccess:
    def test_a_yielding_query_inside_deadlocks_on_windows(self, start):
        with pytest.raises(RuleBroken, match="deadlocks on Windows"):
            start("catalog:withReadAccessDo(function() catalog:getAllPhotos() end)").run_menu("Go")

    def test_keywords_are_read_in_it(self, start, said):
        lightroom = start(
            """
            write(function() catalog:createKeyword("Alps") end)
            catalog:withReadAccessDo(function() KW = catalog:getKeywords()[1]:getName() end)
            say(KW)
            """.replace("KW =", "name =")
            .replace("say(KW)", "say(name)")
            .replace("write(", "local name; write(", 1)
        )
        lightroom.run_menu("Go")
        assert said(lightroom) == ["Alps"]

    def test_keywords_are_not_read_outside_every_gate(self, start):
        with pytest.raises(PluginFailed, match="within a read or write access block"):
            start("write(function() catalog:createKeyword('k') end); catalog:getKeywords()[1]:getName()").run_menu("Go")


@pytest.mark.parametrize(
    "call",
    [
        "LrTasks.sleep(1)",
        "LrHttp.get('http://127.0.0.1:9/', {}, 1)",
        "LrDialogs.message('x')",
        "catalog:createVirtualCopies('x')",
        "LrTasks.execute('ls')",
    ],
)
def test_what_takes_long_does_not_belong_into_a_gate(start, call):
    with pytest.raises(RuleBroken, match="was called inside a gate"):
        start(f"write(function() {call} end)").run_menu("Go")


def test_write_access_can_be_asserted(start, said):
    lightroom = start(
        """
        local inside
        write(function() catalog:assertHasWriteAccess("me"); inside = catalog.hasWriteAccess end)
        say(inside, catalog.hasWriteAccess, LrTasks.pcall(catalog.assertHasWriteAccess, catalog, "me"))
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["true false false me: must be called within a withWriteAccessDo block"]
