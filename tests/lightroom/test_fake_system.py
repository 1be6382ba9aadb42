"""Files, paths, commands, texts, preferences and exports, on the fake macOS and the fake Windows."""

from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_lightroom import Options, PluginFailed, RuleBroken
from fake_lightroom.paths import Paths

FILES = 'local LrFileUtils, LrPathUtils = import "LrFileUtils", import "LrPathUtils"\n'


@pytest.fixture
def tell(start, said):
    """Runs Lua in a task and gives what it said."""

    def run(task, **more):
        lightroom = start(FILES + task, **more)
        lightroom.run_menu("Go")
        return said(lightroom)

    return run


class TestPaths:
    @pytest.mark.parametrize(
        ("platform", "lines"),
        [
            ("mac", ["/a/b/c.jpg", "c.jpg", "jpg", "/a/b", "nil", "/a/c.jpg", "true", "nil"]),
            ("win", ["C:\\a\\b\\c.jpg", "c.jpg", "jpg", "C:\\a\\b", "nil", "C:\\a\\c.jpg", "true", "nil"]),
        ],
    )
    def test_the_functions_on_paths(self, tell, platform, lines):
        root = "/" if platform == "mac" else "C:\\\\"
        assert lines == tell(
            f"""
            local root = "{root}"
            local path = LrPathUtils.child(LrPathUtils.child(LrPathUtils.child(root, "a"), "b"), "c.jpg")
            say(path); say(LrPathUtils.leafName(path)); say(LrPathUtils.extension(path)); say(LrPathUtils.parent(path))
            say(LrPathUtils.parent(root))
            local up = LrPathUtils.child(LrPathUtils.child(LrPathUtils.parent(path), ".."), "c.jpg")
            say(LrPathUtils.standardizePath(up)); say(LrPathUtils.isAbsolute(path))
            say(LrPathUtils.getStandardFilePath("tempFolder"))
            """,
            platform=platform,
        )

    def test_a_name_without_extension_has_an_empty_one(self, tell):
        assert tell("say(LrPathUtils.extension('/a/b') == '', LrPathUtils.removeExtension('/a/b.c'))") == ["true /a/b"]

    @given(st.lists(st.text("abcXYZ09 äß", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=4))
    def test_a_path_comes_back_from_windows_as_it_was(self, tmp_path_factory, names):
        paths = Paths("win", tmp_path_factory.getbasetemp(), posix=False)
        real = tmp_path_factory.getbasetemp().joinpath(*names)
        assert paths.to_host(paths.to_sdk(real)) == real
        assert paths.leaf(paths.to_sdk(real)) == names[-1]

    @pytest.mark.parametrize("platform", ["mac", "win"])
    def test_photos_are_added_by_a_path_of_the_system(self, start, pictures, platform):
        pictures(1)
        lightroom = start(
            FILES
            + """
            local path = LrPathUtils.child(LrPathUtils.getStandardFilePath("home"), "IMG_0001.nef")
            write(function() catalog:addPhoto(path) end)
            """,
            platform=platform,
        )
        lightroom.run_menu("Go")
        (photo,) = lightroom.catalog.photos.values()
        assert ("\\" in photo.path) == (platform == "win")

    def test_a_path_with_slashes_is_refused_on_windows(self, start, pictures):
        (path,) = pictures(1)
        with pytest.raises(PluginFailed, match="not absolute in the form of this system"):
            start(f"write(function() catalog:addPhoto([[{path}]]) end)", platform="win").run_menu("Go")


class TestFiles:
    def test_exists_tells_files_from_folders(self, tell, tmp_path):
        (tmp_path / "f").touch()
        told = tell(
            "local h = LrPathUtils.getStandardFilePath('home')"
            "say(LrFileUtils.exists(h), LrFileUtils.exists(h .. '/f'), LrFileUtils.exists(h .. '/g'))"
        )
        assert told == ["directory file false"]

    def test_there_is_no_is_directory(self, start):
        with pytest.raises(RuleBroken, match="LrFileUtils has no member isDirectory"):
            start(FILES + "LrFileUtils.isDirectory('/')").run_menu("Go")

    def test_copy_and_move_refuse_a_destination_that_exists(self, tell, tmp_path):
        for name in "ab":
            (tmp_path / name).write_text(name, encoding="utf-8")
        told = tell(
            f"""
            local a, b = [[{tmp_path}/a]], [[{tmp_path}/b]]
            say((LrFileUtils.copy(a, b))); say((LrFileUtils.move(a, b))); say(LrFileUtils.copy(a, b .. "2"))
            say(LrFileUtils.readFile(b .. "2"), LrFileUtils.delete(b), (LrFileUtils.delete(b)))
            say(LrFileUtils.chooseUniqueFileName(a))
            """
        )
        assert told == ["false", "false", "true", "a true false", f"{tmp_path}/a-2"]

    def test_folders_are_made_and_walked(self, tell, tmp_path):
        told = tell(
            f"""
            LrFileUtils.createAllDirectories([[{tmp_path}/x/y]])
            local file = io.open([[{tmp_path}/x/y/z.txt]], "w"); file:write("hello"); file:close()
            for path in LrFileUtils.recursiveFiles([[{tmp_path}/x]]) do say(LrPathUtils.leafName(path)) end
            say(LrFileUtils.fileAttributes([[{tmp_path}/x/y/z.txt]]).fileSize)
            """
        )
        assert told == ["z.txt", "5"]

    def test_a_folder_that_cannot_be_made_is_told_not_thrown(self, tell, tmp_path):
        (tmp_path / "file").touch()
        make = "local made, why = LrFileUtils.createAllDirectories([[{}]]); say(made, why)"
        told = tell("".join(f"do {make.format(tmp_path / name)} end\n" for name in ("new/folder", "new", "file/x")))
        assert told == ["true true", "true false", f"false {tmp_path}/file/x: Not a directory"]

    def test_a_folder_goes_with_all_that_is_in_it(self, tell, tmp_path):
        (tmp_path / "full" / "inside").mkdir(parents=True)
        assert tell(f"say(LrFileUtils.delete([[{tmp_path}/full]]))") == ["true"]
        assert not (tmp_path / "full").exists()

    def test_an_iterator_left_early_is_noticed(self, start, pictures, tmp_path):
        pictures(2)
        with pytest.raises(RuleBroken, match="left before its end"):
            start(FILES + f"for path in LrFileUtils.files([[{tmp_path}]]) do break end").run_menu("Go")


class TestCommands:
    @pytest.mark.parametrize(("platform", "status"), [("mac", "768"), ("win", "3")])
    def test_macos_gives_the_raw_wait_status_and_windows_the_code(self, tell, platform, status):
        assert tell("say(LrTasks.execute('x'))", platform=platform, options=Options(shell=lambda command: 3)) == [
            status
        ]

    @pytest.mark.parametrize(("platform", "seen"), [("mac", '"/a b" "c"'), ("win", '/a b" "c')])
    def test_windows_strips_one_pair_of_outer_quotes(self, start, platform, seen):
        lightroom = start("""LrTasks.execute('"/a b" "c"')""", platform=platform)
        lightroom.run_menu("Go")
        assert lightroom.commands == [seen]

    def test_without_a_shell_no_program_is_found(self, tell):
        assert tell("say(LrTasks.execute('couloir'))") == [str(127 << 8)]

    def test_what_is_opened_and_revealed_is_kept(self, start):
        opened = []
        lightroom = start(
            "import('LrShell').revealInShell('/a'); LrHttp.openUrlInBrowser('http://x/')",
            options=Options(open_url=opened.append),
        )
        lightroom.run_menu("Go")
        assert (lightroom.opened, opened) == (["reveal: /a", "http://x/"], ["http://x/"])


class TestTexts:
    GERMAN: ClassVar = {"TranslatedStrings_de.txt": '"$$$/T/Hello=Hallo ^1, ^Qwie^U?"\n\n"$$$/T/Lines=a^nb"\n'}

    def test_a_text_comes_from_the_file_of_the_language(self, tell):
        code = "say(LOC('$$$/T/Hello=Hello ^1', 'Anna')); say(LOC '$$$/T/Other=Other'); say(LOC 'plain')"
        assert tell(code, files=self.GERMAN, language="de") == ["Hallo Anna, “wie”?", "Other", "plain"]
        assert tell(code, files=self.GERMAN) == ["Hello Anna", "Other", "plain"]

    def test_what_is_not_translated_is_listed(self, start):
        lightroom = start("LOC '$$$/T/Other=Other'", files=self.GERMAN, language="de")
        lightroom.run_menu("Go")
        assert lightroom.untranslated == {"$$$/T/Other"}

    def test_the_language_is_told(self, tell):
        assert tell("say(import('LrLocalization').currentLanguage())", language="ja") == ["ja"]

    @pytest.mark.parametrize(
        "call", ["LOC('$$$/T/NoDefault')", "LOC('$$$/T/A=^1 and ^2', 'one')", "LOC(5)", "LOC('$$$/T/A=^1', nil)"]
    )
    def test_a_text_that_would_look_broken_is_refused(self, start, call):
        with pytest.raises(RuleBroken, match="LOC"):
            start(call).run_menu("Go")

    def test_a_string_file_that_lightroom_cannot_read_is_refused(self, start):
        with pytest.raises(RuleBroken, match="line 1"):
            start(files={"TranslatedStrings_de.txt": "$$$/T/A=ohne Anführungszeichen"}, language="de")


class TestPreferences:
    def test_they_last_and_nested_tables_are_saved_only_when_reassigned(self, start, said):
        prefs = {}
        code = """
        local prefs = import("LrPrefs").prefsForPlugin()
        if prefs.list then say(prefs.n, #prefs.list, prefs.list[1]) end
        prefs.n, prefs.list = 5, { "a" }
        prefs.list[2] = "lost"
        """
        start(code, prefs=prefs).run_menu("Go")
        second = start(code, prefs=prefs)
        second.run_menu("Go")
        assert said(second) == ["5 1 a"]

    def test_a_function_cannot_be_a_preference(self, start):
        with pytest.raises(RuleBroken, match="cannot be a function"):
            start("import('LrPrefs').prefsForPlugin().f = function() end").run_menu("Go")

    def test_passwords_are_kept_apart(self, tell):
        passwords = {}
        code = (
            "local p = import('LrPasswords'); p.store('token', 'secret'); say(p.retrieve('token'), p.retrieve('other'))"
        )
        assert tell(code, passwords=passwords) == ["secret nil"]
        assert passwords == {"token": "secret"}


@pytest.mark.parametrize(
    ("platform", "version", "folder"),
    [
        ("mac", (14, 0), "Library/Logs/Adobe/Lightroom/LrClassicLogs"),
        ("win", (14, 0), "AppData/Local/Adobe/Lightroom/Logs/LrClassicLogs"),
        ("mac", (13, 5), "Documents/LrClassicLogs"),
        ("win", (13, 5), "Documents/LrClassicLogs"),
    ],
)
def test_logs_lie_elsewhere_before_lightroom_14(start, tmp_path, platform, version, folder):
    go = "local log = import('LrLogger')('tiny'); log:enable('logfile'); log:info('hello')"
    start(go=go, platform=platform, options=Options(version=version)).run_menu("Go")
    assert (tmp_path / folder / "tiny.log").read_text() == "INFO\thello\n"


def test_a_log_is_silent_until_enabled(start):
    lightroom = start(
        """
        local log = import("LrLogger")("tiny")
        log:info("not yet")
        log:enable("logfile")
        log:warnf("%d photos", 3)
        local debug = log:quick("debug")
        debug("a", 1)
        """
    )
    lightroom.run_menu("Go")
    assert lightroom.log == [("tiny", "warn", "3 photos"), ("tiny", "debug", "a 1")]


def test_the_pure_helpers(tell):
    told = tell(
        """
        local S, D = import "LrStringUtils", import "LrDate"
        say(import("LrMD5").digest("abc"), import("LrDigest").digest("abc", "SHA1"))
        say(S.encodeBase64("a\\0b"), S.decodeBase64("YWJj"), S.trimWhitespace("  x "))
        say(S.truncate("äöü", 3), S.upper("ä"))
        say(D.timeFromPosixDate(978307200), D.timeToPosixDate(0), D.timeToW3CDate(86400))
        say(D.timestampToComponents(D.timeFromComponents(2015, 3, 1, 12, 0, 30)))
        say(import("LrMath").bitAnd(6, 3))
        """
    )
    assert told == [
        "900150983cd24fb0d6963f7d28e17f72 a9993e364706816aba3e25717850c26c9cd0d89d",
        "YQBi abc x",
        "ä Ä",
        "0 978307200 2001-01-02T00:00:00",
        "2015 3 1 12 0 30",
        "2",
    ]


def test_lightroom_tells_its_version_and_shows_modules(tell):
    told = tell(
        """
        local V = import "LrApplicationView"
        V.switchToModule("develop")
        say(LrApplication.versionTable().major, V.getCurrentModuleName(), LrTasks.pcall(V.switchToModule, "attic"))
        """
    )
    assert told[0].startswith("15 develop false LrApplicationView.switchToModule")


class TestMenus:
    ITEMS = 'LrExportMenuItems = {{ title = "Selected", file = "Selected.lua", enabledWhen = "photosSelected" },},'

    def test_an_item_is_disabled_until_photos_are_selected(self, start, pictures):
        lightroom = start(info=self.ITEMS, files={"Selected": "local x"})
        photo = lightroom.add_photo(pictures(1)[0])
        with pytest.raises(LookupError, match="photosSelected"):
            lightroom.run_menu("Selected")
        lightroom.select(photo)
        lightroom.run_menu("Selected")

    def test_the_library_menu_is_not_there_in_develop(self, start):
        lightroom = start(info=self.ITEMS, files={"Selected": "local x"})
        lightroom.show_module("develop")
        with pytest.raises(LookupError, match="Library menu"):
            lightroom.run_menu("Go")

    def test_a_script_is_a_fresh_chunk_at_each_click(self, start, said):
        lightroom = start(go="local n = (rawget(_G, 'n') or 0) + 1; say(n)")
        lightroom.run_menu("Go")
        lightroom.run_menu("Go.lua")
        assert said(lightroom) == ["1", "1"]


class TestPictures:
    def thumbnail(self, start, pictures, wait):
        lightroom = start(
            f"""
            local photo = catalog:getAllPhotos()[1]
            write(function() photo:applyDevelopSettings({{ Vibrance = 9 }}) end)
            LrTasks.sleep({wait})
            local got
            local request = photo:requestJpegThumbnail(64, 64, function(data, problem) got = data or problem end)
            LrTasks.sleep(1)
            say(got, request ~= nil)
            """,
            renderer=lambda job: str(job.settings["Vibrance"]).encode(),
        )
        lightroom.add_photo(pictures(1)[0])
        lightroom.run_menu("Go")
        return lightroom

    def test_a_thumbnail_is_stale_just_after_an_edit(self, start, pictures, said):
        assert said(self.thumbnail(start, pictures, 1)) == ["0 true"]
        assert said(self.thumbnail(start, pictures, 60)) == ["9 true"]

    def test_a_request_that_nobody_keeps_is_noticed(self, start, pictures):
        lightroom = start("catalog:getAllPhotos()[1]:requestJpegThumbnail(64, 64, function() end); LrTasks.sleep(1)")
        lightroom.add_photo(pictures(1)[0])
        with pytest.raises(RuleBroken, match="not kept"):
            lightroom.run_menu("Go")

    def test_a_callback_of_a_thumbnail_is_no_task(self, start, pictures):
        lightroom = start(
            "local r = catalog:getAllPhotos()[1]:requestJpegThumbnail(64, 64, function() LrTasks.sleep(1) end)"
            "LrTasks.sleep(1); say(r)"
        )
        lightroom.add_photo(pictures(1)[0])
        lightroom.run_menu("Go")
        assert "We can only wait from within a task" in lightroom.observer_errors[0].message


def test_a_progress_bar_that_is_never_done_is_noticed(start):
    with pytest.raises(RuleBroken, match="stays on the screen"):
        start("LrProgressScope { title = 'For ever' }").run_menu("Go")


class TestCoverage:
    HELPER = """local M = {}

function M.used(x)
  if x then
    return 1
  else
    return 2
  end
end

function M.unused()
  return { a = 1,
    b = "long string" }
end

return M
"""

    def test_lines_that_ran_are_told_from_those_that_did_not(self, start):
        lightroom = start("require('Helper').used(true)", files={"Helper": self.HELPER}, coverage=True)
        lightroom.run_menu("Go")
        helper = lightroom.coverage["Helper.lua"]
        assert {1, 4, 5} <= helper.executed
        assert helper.missed == [7, 12, 13]
        assert helper.share == pytest.approx(1 - 3 / len(helper.executable))

    def test_lines_inside_tasks_and_pcall_count_too(self, start):
        lines = ("local M = {}", "function M.run(tasks)", "tasks.pcall(function()", "tasks.yield()", "local x = 1")
        helper = "\n".join((*lines, "end)", "end", "return M"))
        lightroom = start("require('Helper').run(LrTasks)", files={"Helper": helper}, coverage=True)
        lightroom.run_menu("Go")
        assert lightroom.coverage["Helper.lua"].executed == {1, 2, 3, 4, 5, 6, 7, 8}
        assert lightroom.coverage["Helper.lua"].missed == []

    def test_a_file_that_was_never_loaded_counts_with_all_its_lines(self, start):
        lightroom = start(files={"Helper": self.HELPER}, coverage=True)
        lightroom.run_menu("Go")
        assert lightroom.coverage["Helper.lua"].share == 0
