"""Photos, copies, keywords, collections and the selection follow Lightroom's rules, with its texts."""

from __future__ import annotations

import pytest

from fake_lightroom import Lightroom, Options, PluginFailed, RuleBroken, content, load, save


@pytest.fixture
def run(start, pictures, said):
    """Runs Lua with so many photos in the catalog, `photos` in the Lua; gives what it said."""

    def begin(task, photos=1, extension="nef", select=(), **more):
        lightroom = start("local photos = catalog:getAllPhotos()\n" + task, **more)
        added = [lightroom.add_photo(path) for path in pictures(photos, extension)]
        lightroom.select(*(added[number] for number in select))
        lightroom.run_menu("Go")
        return said(lightroom), lightroom

    return begin


class TestAddPhoto:
    def add(self, start, path):
        lightroom = start(f"write(function() catalog:addPhoto([[{path}]]) end)")
        lightroom.run_menu("Go")
        return lightroom

    def test_a_photo_is_added_by_reference(self, start, pictures):
        (path,) = pictures(1)
        (photo,) = self.add(start, path).catalog.photos.values()
        assert (photo.path, photo.file_format, photo.develop) == (str(path), "RAW", {})

    def test_a_missing_file_throws(self, start, tmp_path):
        with pytest.raises(PluginFailed, match="does not exist"):
            self.add(start, tmp_path / "no.jpg")

    def test_an_unsupported_format_throws(self, start, tmp_path):
        (tmp_path / "notes.txt").touch()
        with pytest.raises(PluginFailed, match="not supported"):
            self.add(start, tmp_path / "notes.txt")

    @pytest.mark.parametrize(
        ("platform", "name", "other"),
        [
            ("mac", "Caf\u00e9.jpg", "Cafe\u0301.jpg"),
            ("mac", "Cafe.jpg", "CAFE.jpg"),
            ("win", "Cafe.jpg", "CAFE.jpg"),
        ],
    )
    def test_a_file_is_found_only_as_it_is_spelt_and_refused_however_it_is_spelt(
        self, start, said, tmp_path, platform, name, other
    ):
        (tmp_path / name).write_bytes(b"x")
        folder = str(tmp_path) if platform == "mac" else "C:" + str(tmp_path).replace("/", "\\")
        slash = "/" if platform == "mac" else "\\"
        lightroom = start(
            f"""
            local path = [[{folder}{slash}{other}]]
            say(import("LrFileUtils").exists(path), catalog:findPhotoByPath(path) ~= nil)
            say(LrTasks.pcall(function() write(function() catalog:addPhoto(path) end) end))
            """,
            platform=platform,
        )
        lightroom.add_photo(tmp_path / name)
        lightroom.run_menu("Go")
        assert said(lightroom)[0] == "file false"
        assert "already in the catalog" in said(lightroom)[1]

    def test_a_photo_that_is_there_already_throws(self, run, pictures):
        with pytest.raises(PluginFailed, match="already in the catalog"):
            run("local path = photos[1]:getRawMetadata('path'); write(function() catalog:addPhoto(path) end)")

    def test_the_same_photo_twice_in_one_gate_throws(self, start, pictures):
        (path,) = pictures(1)
        with pytest.raises(PluginFailed, match="already in the catalog"):
            start(f"write(function() for i = 1, 2 do catalog:addPhoto([[{path}]]) end end)").run_menu("Go")

    def test_a_photo_is_stacked_with_another_one(self, start, pictures, said):
        one, two = pictures(2)
        lightroom = start(
            f"""
            write(function()
              local one = catalog:addPhoto([[{one}]])
              catalog:addPhoto([[{two}]], one, "above")
            end)
            local top = catalog:findPhotoByPath([[{one}]]):getRawMetadata("topOfStackInFolderContainingPhoto")
            say(top:getFormattedMetadata("fileName"), top:getRawMetadata("countStackInFolderMembers"))
            """
        )
        lightroom.run_menu("Go")
        assert said(lightroom) == ["IMG_0002.nef 2"]

    @pytest.mark.parametrize("position", ["'beside'", "nil"])
    def test_a_wrong_position_in_a_stack_throws(self, run, tmp_path, position):
        (tmp_path / "new.jpg").touch()
        with pytest.raises(PluginFailed, match="position"):
            run(f"write(function() catalog:addPhoto([[{tmp_path}/new.jpg]], photos[1], {position}) end)")

    def test_what_the_file_brings_along_arrives_with_it(self, start, pictures, said):
        (path,) = pictures(1)
        lightroom = start(
            f"write(function() catalog:addPhoto([[{path}]]) end)",
            importer=lambda file: {"metadata": {"title": file.stem}, "develop": {"Vibrance": 3}},
        )
        lightroom.run_menu("Go")
        (photo,) = lightroom.catalog.photos.values()
        assert (photo.metadata, photo.develop) == ({"title": "IMG_0001"}, {"Vibrance": 3})


class TestVirtualCopies:
    def test_they_are_made_of_the_selection_and_become_it(self, run):
        told, lightroom = run(
            """
            local copies = catalog:createVirtualCopies("B&W")
            say(#copies, catalog:getTargetPhoto() == copies[1], copies[1]:getRawMetadata("masterPhoto") == photos[2])
            """,
            photos=2,
            select=[1],
        )
        assert told == ["1 true true"]
        assert [photo.copy_name for photo in lightroom.catalog.photos.values()] == ["", "", "B&W"]

    def test_of_nothing_selected_nothing_is_made(self, run):
        told, lightroom = run("say(#catalog:createVirtualCopies('x'))")
        assert (told, len(lightroom.catalog.photos)) == (["0"], 1)

    def test_a_copy_takes_looks_and_metadata_along_and_then_goes_its_own_way(self, run):
        _, lightroom = run(
            """
            write(function()
              photos[1]:applyDevelopSettings({ Vibrance = 5 })
              photos[1]:setRawMetadata("title", "T")
            end)
            local copy = catalog:createVirtualCopies("x")[1]
            write(function() copy:applyDevelopSettings({ Vibrance = 9 }) end)
            """,
            select=[0],
        )
        master, copy = lightroom.catalog.photos.values()
        assert (master.develop, copy.develop) == ({"Vibrance": 5}, {"Vibrance": 9})
        assert copy.metadata == {"title": "T", "copyName": "x"}

    def test_a_path_finds_the_master(self, run):
        told, _ = run(
            """
            catalog:createVirtualCopies("x")
            say(catalog:findPhotoByPath(photos[1]:getRawMetadata("path")) == photos[1], #catalog:getAllPhotos())
            """,
            select=[0],
        )
        assert told == ["true 2"]


class TestSelection:
    def test_when_nothing_is_selected_the_whole_filmstrip_is_the_target(self, run):
        told, _ = run("say(#catalog:getTargetPhotos(), catalog:getTargetPhoto())", photos=3)
        assert told == ["3 nil"]

    def test_else_the_selection_is(self, run):
        told, _ = run("say(#catalog:getTargetPhotos(), catalog:getTargetPhoto() == photos[3])", photos=3, select=[2, 0])
        assert told == ["2 true"]

    def test_a_new_selection_shows_after_a_yield(self, run):
        told, lightroom = run(
            """
            catalog:setSelectedPhotos(photos[2], { photos[1] })
            LrTasks.yield()
            say(catalog:getTargetPhoto() == photos[2])
            """,
            photos=2,
        )
        assert told == ["true"]
        assert len(lightroom.selection) == 2

    def test_a_photo_that_the_source_does_not_show_cannot_be_selected(self, run):
        told, _ = run(
            """
            local c
            write(function() c = catalog:createCollection("c"); c:addPhotos({ photos[1] }) end)
            catalog:setActiveSources({ c })
            catalog:setSelectedPhotos(photos[2], {})
            LrTasks.sleep(1)
            say(catalog:getTargetPhoto(), #catalog:getTargetPhotos())
            catalog:setActiveSources({ catalog.kAllPhotos })
            catalog:setSelectedPhotos(photos[2], {})
            LrTasks.sleep(1)
            say(catalog:getTargetPhoto() == photos[2])
            """,
            photos=2,
        )
        assert told == ["nil 1", "true"]


class TestKeywords:
    def test_an_existing_one_is_returned_only_on_request(self, run):
        told, _ = run(
            """
            local first, second, third
            write(function() first = catalog:createKeyword("Alps", {}, true, nil, true) end)
            write(function() second = catalog:createKeyword("alps", {}, true, nil, true) end)
            write(function() third = catalog:createKeyword("Alps") end)
            say(first == second, third)
            """
        )
        assert told == ["true false"]

    def test_one_made_in_the_same_gate_is_not_found(self, run):
        told, lightroom = run(
            """
            local again = "?"
            local function make() return catalog:createKeyword("A", {}, true, nil, true) end
            write(function() make(); again = make() end)
            say(again)
            """
        )
        assert (told, len(lightroom.catalog.keywords)) == (["nil"], 1)

    def test_a_hierarchy_is_walked_inside_a_gate(self, run):
        told, _ = run(
            """
            write(function()
              local above = catalog:createKeyword("Places", { "Orte" }, false)
              photos[1]:addKeyword(catalog:createKeyword("Alps", {}, true, above))
            end)
            local line
            write(function()
              local places = catalog:getKeywords()[1]
              local alps = places:getChildren()[1]
              line = places:getSynonyms()[1] .. " " .. tostring(places:getAttributes().includeOnExport) .. " "
                .. alps:getName() .. " " .. alps:getParent():getName() .. " " .. #alps:getPhotos()
            end)
            say(line, photos[1]:getFormattedMetadata("keywordTags"), #photos[1]:getRawMetadata("keywords"))
            """
        )
        assert told == ["Orte false Alps Places 1 Alps 1"]

    def test_attributes_are_set_and_keywords_taken_off(self, run):
        told, lightroom = run(
            """
            local k, first, second
            write(function() k = catalog:createKeyword("Ann"); photos[1]:addKeyword(k) end)
            write(function()
              local done = k:setAttributes({ keywordName = "Anna" })
              photos[1]:removeKeyword(k)
              catalog:createKeyword("Bo")
              first = done
            end)
            write(function() second = k:setAttributes({ keywordName = "bo" }) end)
            say(first); say(second)
            """
        )
        keyword = next(each for each in lightroom.catalog.keywords.values() if each.name == "Anna")
        assert keyword.photos == {}
        assert told == ["true", "false"]

    @pytest.mark.parametrize(
        ("keyword_type", "told"), [("ignored", "true nil"), ("refused", "false nil"), ("settable", "true person")]
    )
    def test_whether_a_keyword_can_be_made_a_persons_is_not_documented(self, run, keyword_type, told):
        said, _ = run(
            """
            local k
            write(function() k = catalog:createKeyword("Ann") end)
            local ok
            write(function() ok = LrTasks.pcall(function() k:setAttributes({ keywordType = "person" }) end) end)
            local kind
            write(function() kind = k:getAttributes().keywordType end)
            say(ok, kind)
            """,
            options=Options(keyword_type=keyword_type),
        )
        assert said == [told]


class TestCollections:
    def test_an_existing_one_gives_nil_or_itself(self, run):
        told, _ = run(
            """
            local function make(again)
              local made
              write(function() made = catalog:createCollection("C", nil, again) end)
              return made
            end
            local first = make(false)
            say(make(false), make(true) == first, first:getName())
            """
        )
        assert told == ["nil true C"]

    @pytest.mark.parametrize(("taken_name", "expected"), [("nil", "true nil"), ("error", "false there is already")])
    def test_collections_and_sets_of_one_parent_share_their_names(self, run, taken_name, expected):
        told, lightroom = run(
            """
            local tried = {}
            write(function() catalog:createCollectionSet("Wedding"); catalog:createCollection("Other") end)
            for _, make in ipairs { "createCollection", "createSmartCollection" } do
              write(function()
                local search = make == "createSmartCollection" and { criteria = "rating", operation = ">=", value = 3 }
                tried[#tried + 1] = { LrTasks.pcall(function()
                  if search then return catalog:createSmartCollection("wedding", search, nil, true) end
                  return catalog:createCollection("wedding", nil, true)
                end) }
              end)
            end
            local renamed
            write(function() renamed = catalog:getChildCollections()[1]:setName("WEDDING") end)
            for _, each in ipairs(tried) do
              say(each[1], each[2] and each[2]:match("there is already") or each[2])
            end
            say(renamed)
            """,
            options=Options(taken_name=taken_name),
        )
        assert told == [expected, expected, "false"]
        assert [each.name for each in lightroom.catalog.collections.values()] == ["Other"]

    def test_collections_keep_the_order_in_which_photos_came(self, run):
        told, _ = run(
            """
            local c
            write(function()
              local s = catalog:createCollectionSet("S")
              c = catalog:createCollection("C", s)
              c:addPhotos({ photos[3], photos[1] })
            end)
            local names = {}
            for _, photo in ipairs(c:getPhotos()) do names[#names + 1] = photo:getFormattedMetadata("fileName") end
            say(table.concat(names, " "), c:getParent():getName(), #catalog:getChildCollectionSets()[1]:getChildren())
            """,
            photos=3,
        )
        assert told == ["IMG_0003.nef IMG_0001.nef S 1"]

    def test_collections_are_renamed_moved_emptied_and_deleted(self, run):
        _, lightroom = run(
            """
            local c, s
            write(function()
              s, c = catalog:createCollectionSet("S"), catalog:createCollection("C")
              c:addPhotos(photos)
            end)
            write(function() c:setName("D"); c:setParent(s); c:removePhotos({ photos[1] }) end)
            write(function() catalog:createCollection("E", s):delete() end)
            """
        )
        assert content(lightroom.catalog)["collections"] == {("S", "D"): {"search": None, "photos": []}}

    def test_a_smart_collection_finds_its_photos_by_itself(self, run, provider):
        told, _ = run(
            """
            local smart
            write(function()
              photos[2]:setRawMetadata("rating", 4)
              photos[2]:setPropertyForPlugin(_PLUGIN, "run", "today")
              smart = catalog:createSmartCollection("S", { combine = "intersect",
                { criteria = "rating", operation = ">=", value = 3 },
                { criteria = "sdktext:org.example.tiny.run", operation = "any", value = "tod" } })
            end)
            say(#smart:getPhotos(), smart:getPhotos()[1] == photos[2], smart:isSmartCollection(),
              smart:getSearchDescription()[1].operation)
            """,
            photos=2,
            info=provider["info"],
            files={"Provider": provider["Provider"]},
        )
        assert told == ["1 true true >="]

    def test_fields_with_a_choice_of_values_are_searched_by_another_prefix(self, run, provider):
        more = {"info": provider["info"], "files": {"Provider": provider["Provider"]}}
        told, _ = run(
            """
            write(function() photos[2]:setPropertyForPlugin(_PLUGIN, "verdict", "good") end)
            local search = { criteria = "sdk:org.example.tiny.verdict", operation = "==", value = "good" }
            local found = catalog:findPhotos({ searchDesc = search })
            say(#found, found[1] == photos[2])
            """,
            photos=2,
            **more,
        )
        assert told == ["1 true"]
        for criteria in ("sdktext:org.example.tiny.verdict", "sdk:org.example.tiny.run"):
            search = f"{{ criteria = '{criteria}', operation = '==', value = 'good' }}"
            with pytest.raises(RuleBroken, match="by sdk:, others by sdktext:"):
                run(f"catalog:findPhotos({{ searchDesc = {search} }})", **more)

    def test_photos_cannot_be_put_into_a_smart_collection(self, run):
        code = (
            "catalog:createSmartCollection('S', { criteria = 'rating', operation = '==', value = 1 }):addPhotos(photos)"
        )
        with pytest.raises(PluginFailed, match="smart collection"):
            run(f"write(function() {code} end)")

    @pytest.mark.parametrize(
        "search",
        [
            "{ criteria = 'rating', operation = 'is', value = 1 }",
            "{ criteria = 'stars', operation = '==', value = 1 }",
            "{ combine = 'and', { criteria = 'rating', operation = '==', value = 1 } }",
            "{ rule = 1 }",
            "'rating'",
        ],
    )
    def test_a_search_that_would_hang_lightroom_is_refused(self, run, search):
        with pytest.raises(RuleBroken, match=r"search|operation"):
            run(f"catalog:findPhotos({{ searchDesc = {search} }})")


class TestMetadata:
    @pytest.mark.parametrize(
        ("call", "text"),
        [
            ("setRawMetadata('stars', 1)", 'LrPhoto:setRawMetadata: unknown metadata key "stars"'),
            ("setRawMetadata('captureTime', 'x')", "unknown metadata key"),
            ("setRawMetadata('rating', '3')", "must be a number"),
            ("setRawMetadata('rating', 0)", "1 to 5 or nil"),
            ("setRawMetadata('pickStatus', 2)", "-1, 0 or 1"),
            ("setRawMetadata('title', 5)", "must be a text"),
            ("setRawMetadata('colorNameForLabel', 'orange')", "cannot be 'orange'"),
            ("setRawMetadata('gps', { latitude = 95, longitude = 1 })", "in degrees"),
            ("setRawMetadata('gps', { lat = 1 })", "in degrees"),
            ("setRawMetadata('dateCreated', 'yesterday')", "ISO 8601"),
        ],
    )
    def test_a_wrong_key_or_value_throws(self, run, call, text):
        with pytest.raises(PluginFailed, match=text.replace("(", r"\(")):
            run(f"write(function() photos[1]:{call} end)")

    def test_an_unknown_raw_key_throws(self, run):
        with pytest.raises(PluginFailed, match='unknown metadata key "stars"'):
            run("photos[1]:getRawMetadata('stars')")

    def test_one_unknown_key_fails_a_whole_batch(self, run):
        with pytest.raises(PluginFailed, match='Unknown key: "fileName"'):
            run("catalog:batchGetRawMetadata(photos, { 'path', 'fileName' })")

    def test_a_batch_is_keyed_by_photo(self, run):
        told, _ = run(
            """
            write(function() photos[2]:setRawMetadata("rating", 4) end)
            local batch = catalog:batchGetRawMetadata(photos, { "rating", "isVirtualCopy" })
            say(batch[photos[1]].rating, batch[photos[2]].rating, batch[photos[2]].isVirtualCopy)
            """,
            photos=2,
        )
        assert told == ["nil 4 false"]

    def test_values_come_back_and_no_label_is_gray(self, run):
        told, _ = run(
            """
            local photo = photos[1]
            local raw = photo:getRawMetadata()
            say(photo:getRawMetadata("colorNameForLabel"), raw.pickStatus, raw.fileFormat)
            write(function()
              photo:setRawMetadata("colorNameForLabel", "red")
              photo:setRawMetadata("gps", { latitude = 46.5, longitude = 7.25 })
              photo:setRawMetadata("caption", "Straße")
            end)
            say(photo:getRawMetadata("colorNameForLabel"), photo:getFormattedMetadata("label"),
              photo:getRawMetadata("gps").latitude, photo:getFormattedMetadata("caption"))
            """
        )
        assert told == ["gray 0 RAW", "red Red 46.5 Straße"]

    def test_a_photo_is_found_by_uuid_and_local_id(self, run):
        told, _ = run(
            """
            local photo = photos[1]
            say(catalog:findPhotoByUuid(photo:getRawMetadata("uuid")) == photo,
              catalog:getPhotoByLocalId(photo.localIdentifier) == photo, photo.catalog == catalog, photo:type())
            """
        )
        assert told == ["true true true LrPhoto"]


@pytest.mark.parametrize(("extension", "changes"), [("nef", {"IMG_0001.xmp"}), ("jpg", {"IMG_0001.jpg"})])
def test_metadata_is_written_into_files_where_the_user_has_that_on(run, tmp_path, extension, changes):
    task = 'write(function() photos[1]:setRawMetadata("rating", 3) end); LrTasks.sleep(9)'
    for seconds, expected in ((None, set()), (5.0, changes)):
        run(task, extension=extension, options=Options(auto_write_xmp=seconds))
        sizes = {path.name: path.stat().st_size for path in tmp_path.glob("IMG_*")}
        assert {name for name, size in sizes.items() if size != len(b"not really a photo")} == expected


class TestFieldsOfThePlugin:
    def run(self, run, provider, call):
        return run(call, info=provider["info"], files={"Provider": provider["Provider"]})

    def test_declared_ones_are_written_and_read(self, run, provider):
        told, _ = self.run(
            run,
            provider,
            """
            write(function() photos[1]:setPropertyForPlugin(_PLUGIN, "verdict", "good") end)
            local batch = catalog:batchGetPropertyForPlugin(photos, _PLUGIN.id, { "verdict", "run" })
            say(photos[1]:getPropertyForPlugin(_PLUGIN, "verdict"), batch[photos[1]].verdict,
              #catalog:findPhotosWithProperty(_PLUGIN.id, "verdict"))
            """,
        )
        assert told == ["good good 1"]

    @pytest.mark.parametrize(
        ("call", "text"),
        [
            ("setPropertyForPlugin(_PLUGIN, 'other', 'x')", 'Attempt to access property "other" that\'s not declared'),
            ("setPropertyForPlugin(_PLUGIN, 'note', 5)", "must be a string"),
            ("setPropertyForPlugin(_PLUGIN, 'verdict', 'ugly')", "it is one of"),
            ("setPropertyForPlugin('org.example.tiny', 'note', 'x')", "must be _PLUGIN"),
        ],
    )
    def test_others_and_wrong_values_throw(self, run, provider, call, text):
        with pytest.raises(PluginFailed, match=text):
            self.run(run, provider, f"write(function() photos[1]:{call} end)")

    def test_a_batch_wants_the_id_of_the_plugin_as_text(self, run, provider):
        with pytest.raises(RuleBroken, match="anything else hangs"):
            self.run(run, provider, "catalog:batchGetPropertyForPlugin(photos, _PLUGIN, { 'note' })")

    def test_a_field_that_is_browsable_must_be_searchable(self, start):
        bad = "return { schemaVersion = 1, metadataFieldsForPhotos = { { id = 'x', browsable = true } } }"
        with pytest.raises(RuleBroken, match="must be searchable"):
            start(info='LrMetadataProvider = "P.lua",', files={"P": bad})


class TestCatalogFile:
    def test_a_saved_catalog_opens_with_everything_in_it(self, run, tmp_path, provider):
        _, lightroom = run(
            """
            write(function()
              photos[1]:addKeyword(catalog:createKeyword("A", { "B" }))
              catalog:createCollection("C", catalog:createCollectionSet("S")):addPhotos({ photos[2], photos[1] })
              catalog:createSmartCollection("D", { { criteria = "rating", operation = "in", value = 1, value2 = 3 } })
              photos[1]:applyDevelopSettings({ ToneCurvePV2012 = { 0, 0, 255, 200 } }, "h")
              photos[1]:createDevelopSnapshot("snap")
              catalog:setPropertyForPlugin(_PLUGIN, "k", "v")
            end)
            """,
            photos=2,
        )
        save(lightroom.catalog, tmp_path / "catalog.json")
        opened = load(tmp_path / "catalog.json")
        assert content(opened) == content(lightroom.catalog)
        assert [p.history for p in opened.photos.values()] == [p.history for p in lightroom.catalog.photos.values()]
        assert opened.by_name("Keyword", None, "a") is not None

    def test_lightroom_goes_on_with_the_catalog_of_the_last_time(self, run, plugin, tmp_path, said):
        _, lightroom = run("write(function() photos[1]:setRawMetadata('title', 'T') end)")
        with Lightroom(plugin("local x"), home=tmp_path, catalog=lightroom.catalog) as again:
            assert [photo.metadata for photo in again.catalog.photos.values()] == [{"title": "T"}]


def test_objects_that_are_gone_cannot_be_used(run):
    with pytest.raises(PluginFailed, match="no longer in the catalog"):
        run(
            """
            import("LrSelection").removeFromCatalog()
            photos[1]:getRawMetadata("path")
            """,
            select=[0],
        )


def test_a_thousand_photos_go_in_with_few_gates(start, pictures):
    paths = pictures(1000)
    lightroom = start(
        f"""
        for from = 1, 1000, 100 do
          write(function()
            for i = from, from + 99 do
              catalog:addPhoto(string.format([[{paths[0].parent}/IMG_%04d.nef]], i)):setRawMetadata("rating", 5)
            end
          end)
        end
        """,
        options=Options(hang_seconds=60),
    )
    lightroom.run_menu("Go")
    assert len(lightroom.catalog.photos) == 1000
    assert lightroom.counters.gates == 10
    assert lightroom.counters.by_name["LrCatalog.addPhoto"] == 1000
