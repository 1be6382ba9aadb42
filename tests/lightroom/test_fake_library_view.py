"""What hides photos from the selection, what is stacked, who else holds the catalog, and a plug-in that is reloaded."""

from __future__ import annotations

import pytest

from fake_lightroom import Faults, Options, PluginFailed

SELECT = """
local function selects(photo)
  catalog:setSelectedPhotos(photo, {})
  LrTasks.sleep(1)
  return catalog:getTargetPhoto() == photo
end
"""


@pytest.fixture
def begin(start, pictures, said):
    """A Lightroom with two photos, `photos` in the Lua, and a function that runs it and gives what it said."""

    def beginning(task, **more):
        lightroom = start("local photos = catalog:getAllPhotos()\n" + SELECT + task, **more)
        added = [lightroom.add_photo(path) for path in pictures(2)]

        def run():
            lightroom.run_menu("Go")
            return said(lightroom)

        return lightroom, added, run

    return beginning


def test_what_a_view_filter_hides_cannot_be_selected(begin):
    lightroom, (_, second), run = begin(
        """
        local filter = catalog:getCurrentViewFilter()
        say(selects(photos[1]), selects(photos[2]))
        catalog:setViewFilter({})
        say(selects(photos[2]))
        catalog:setViewFilter(filter)
        say(selects(photos[2]), #catalog:getTargetPhotos())
        """
    )
    lightroom.filter(lambda photo: photo.id == second.id)
    assert run()[:2] == ["true false", "true"]
    assert lightroom.is_filtered


@pytest.mark.parametrize("collapsed_in_collections", [False, True])
def test_what_a_collapsed_stack_hides_cannot_be_selected(begin, collapsed_in_collections):
    lightroom, (first, second), run = begin(
        """
        say(selects(photos[1]), selects(photos[2]), photos[2]:getRawMetadata("stackInFolderIsCollapsed"))
        local c
        write(function() c = catalog:createCollection("c"); c:addPhotos(photos) end)
        catalog:setActiveSources({ c })
        say(selects(photos[2]))
        """,
        options=Options(collapsed_in_collections=collapsed_in_collections),
    )
    lightroom.catalog.stack(second, first, above=False)
    lightroom.collapse_stacks()
    assert run() == ["true false true", str(not collapsed_in_collections).lower()]


def test_a_virtual_copy_lies_in_a_stack_with_its_photo(begin):
    lightroom, (first, _), run = begin("selects(photos[1]); catalog:createVirtualCopies('B')")
    run()
    copy = lightroom.catalog.photos[first.copies[0]]
    assert lightroom.catalog.stacks[first.stack] == [first.id, copy.id]


@pytest.mark.parametrize("how", ["error", "unstacked"])
def test_photos_of_two_folders_cannot_be_stacked(begin, tmp_path, how):
    elsewhere = tmp_path / "other" / "x.nef"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(b"x")
    lightroom, _, run = begin(
        f"write(function() catalog:addPhoto([[{elsewhere}]], photos[1], 'below') end)",
        options=Options(stack_across_folders=how),
    )
    if how == "error":
        with pytest.raises(PluginFailed, match="different folders"):
            run()
    else:
        run()
    assert lightroom.catalog.stacks == {}
    assert len(lightroom.catalog.photos) == (2 if how == "error" else 3)


@pytest.mark.parametrize(("rows", "expected"), [("all", "true true"), ("some", "false true")])
def test_a_batch_has_a_row_for_each_photo_or_not(begin, rows, expected):
    _, _, run = begin(
        """
        local found = catalog:batchGetRawMetadata(photos, { "uuid" })
        say(found[photos[1]] ~= nil, found[photos[2]] ~= nil)
        """,
        options=Options(batch_rows=rows),
    )
    assert run() == [expected]


def test_somebody_else_holds_the_catalog_for_minutes(begin):
    faults = Faults()
    faults.lock(100, nth=1)
    lightroom, _, run = begin(
        """
        for n = 1, 3 do
          say(catalog:withWriteAccessDo("x", function() end, { timeout = 45 }))
        end
        """,
        faults=faults,
    )
    assert run() == ["aborted", "aborted", "executed"]
    assert 100 <= lightroom.clock < 110


def test_a_plugin_that_is_reloaded_in_the_middle_goes_no_further(begin):
    lightroom, _, run = begin(
        """
        write(function() catalog:createCollection("before") end)
        say("begun")
        write(function() catalog:createCollection("after") end)
        say("ended")
        """
    )
    lightroom.answer("begun", lambda dialog: lightroom.reload() or "ok", times=1)
    assert run() == ["begun"]
    assert [each.name for each in lightroom.catalog.collections.values()] == ["before"]
    assert run() == ["begun", "begun", "ended"]
    assert [each.name for each in lightroom.catalog.collections.values()] == ["before", "after"]
