"""The environment of plug-in code is Lightroom's, and not one name more."""

from __future__ import annotations

import pytest

from fake_lightroom import Options, PluginFailed, RuleBroken

ABSENT = ("print", "xpcall", "collectgarbage", "gcinfo", "getfenv", "setfenv", "module", "newproxy", "package", "load")


@pytest.mark.parametrize("name", ABSENT)
def test_a_global_that_lightroom_does_not_have_cannot_be_read(start, name):
    with pytest.raises(RuleBroken, match=f"undefined global {name}"):
        start(go=f"local x = {name}").run_menu("Go")


def test_a_misspelt_global_cannot_be_read_even_inside_pcall(start):
    lightroom = start(go="pcall(function() return mispelt end)")
    with pytest.raises(RuleBroken, match="mispelt"):
        lightroom.run_menu("Go")


def test_rawget_may_ask_whether_a_global_exists(start, said):
    lightroom = start("say(rawget(_G, 'nothing'), rawget(_G, 'LOC') ~= nil)")
    lightroom.run_menu("Go")
    assert said(lightroom) == ["nil true"]


def test_writing_a_global_fails(start):
    with pytest.raises(RuleBroken, match="writing the global counter"):
        start(go="counter = 1").run_menu("Go")


def test_writing_a_global_can_be_recorded_instead(start):
    lightroom = start(go="counter = 1", options=Options(global_writes="record"))
    lightroom.run_menu("Go")
    assert lightroom.globals_written == ["counter"]


def test_os_coroutine_and_debug_are_cut_down(start, said):
    lightroom = start(
        """
        local function names(t)
          local list = {}
          for name in pairs(t) do list[#list + 1] = name end
          table.sort(list)
          return table.concat(list, ",")
        end
        say(names(os)); say(names(coroutine)); say(names(debug))
        """
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["clock,date,time,tmpname", "canYield,running", "getInfo"]


def test_require_finds_flat_modules_and_runs_them_once(start, said):
    lightroom = start(
        "say(require 'Helper' == require 'Helper', require('Helper').n)", files={"Helper": "return { n = 7 }"}
    )
    lightroom.run_menu("Go")
    assert said(lightroom) == ["true 7"]


@pytest.mark.parametrize("name", ["folder/Helper", "Missing", "helper"])
def test_require_finds_nothing_elsewhere_nor_with_another_case(start, name):
    with pytest.raises(PluginFailed, match="Could not load toolkit script"):
        start(go=f"require '{name}'", files={"Helper": "return {}"}).run_menu("Go")


def test_a_module_body_cannot_yield(start):
    lightroom = start("require 'Helper'", files={"Helper": "import('LrTasks').sleep(1)\nreturn {}"})
    with pytest.raises(RuleBroken, match="yields was made inside"):
        lightroom.run_menu("Go")


def test_import_knows_only_real_modules(start):
    with pytest.raises(RuleBroken, match="LrJson"):
        start(go="import 'LrJson'").run_menu("Go")


def test_classes_whose_objects_come_from_calls_cannot_be_imported(start):
    with pytest.raises(RuleBroken, match="LrPhoto"):
        start(go="import 'LrPhoto'").run_menu("Go")


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("LrDialogs.alert('x')", "LrDialogs has no member alert"),
        ("catalog:addPhotos({})", "LrCatalog has no member addPhotos"),
        ("LrTasks:sleep(1)", r"call it with '\.'"),
        ("catalog.getTargetPhoto()", "call it with ':'"),
        ("LrTasks.sleep()", "takes 1 argument, not 0"),
        ("LrTasks.sleep(1, 2)", "takes 1 argument, not 2"),
        ("LrDialogs.message()", "takes 1 to 3 arguments, not 0"),
        ("LrDialogs.extra = 1", "cannot be given a member"),
        ("catalog.extra = 1", "cannot be given a member"),
        ("import('LrTether').startTether()", "does not know what it does"),
    ],
)
def test_a_wrong_member_form_or_arity_is_refused(start, code, complaint):
    with pytest.raises(RuleBroken, match=complaint):
        start(code).run_menu("Go")


def test_a_member_newer_than_lightroom_is_absent_and_can_be_probed(start, said):
    code = "say(type(import('LrSelection').removeFromCatalog))"
    old, new = start(code, options=Options(version=(13, 0))), None
    old.run_menu("Go")
    new = start(code, options=Options(version=(15, 0)))
    new.run_menu("Go")
    assert (said(old), said(new)) == (["nil"], ["function"])


def test_lua_is_5_1(start):
    with pytest.raises(PluginFailed, match=r"Go\.lua"):
        start(go="goto done ::done::").run_menu("Go")


def test_pairs_over_a_property_table_is_refused_because_it_sees_nothing(start):
    with pytest.raises(RuleBroken, match=":pairs"):
        start("LrFunctionContext.callWithContext('x', function(c) pairs(LrBinding.makePropertyTable(c)) end)").run_menu(
            "Go"
        )


class TestInfo:
    def test_info_has_a_tiny_environment(self, start):
        with pytest.raises(RuleBroken, match=r"Info\.lua cannot read the global import"):
            start(info="x = import,")

    def test_info_may_use_loc_and_the_platform(self, start):
        lightroom = start(info='LrPluginInfoUrl = MAC_ENV and LOC "$$$/T/Url=mac" or "win",')
        assert lightroom.plugin.info["LrPluginInfoUrl"] == "mac"

    def test_an_unknown_key_is_refused(self, start):
        with pytest.raises(RuleBroken, match="LrPluginInfoURL"):
            start(info='LrPluginInfoURL = "x",')

    def test_a_menu_item_needs_its_file(self, start):
        with pytest.raises(RuleBroken, match=r"Missing\.lua"):
            start(info='LrExportMenuItems = { title = "X", file = "Missing.lua" },')

    def test_the_minimum_version_must_be_said(self, start):
        with pytest.raises(RuleBroken, match="LrSdkMinimumVersion"):
            start(files={"Info": 'return { LrSdkVersion = 14, LrToolkitIdentifier = "a", LrPluginName = "b" }'})

    def test_the_init_script_runs_at_the_start_only_when_forced(self, start):
        files = {"Init": "import('LrPrefs').prefsForPlugin().ran = true"}
        lazy = start(info='LrInitPlugin = "Init.lua",', files=files)
        forced = start(info='LrInitPlugin = "Init.lua", LrForceInitPlugin = true,', files=files)
        assert (lazy.prefs, forced.prefs) == ({}, {"ran": True})


@pytest.mark.parametrize(("platform", "mac", "win"), [("mac", "true", "false"), ("win", "false", "true")])
def test_the_platform_is_told(start, said, platform, mac, win):
    lightroom = start("say(MAC_ENV, WIN_ENV)", platform=platform)
    lightroom.run_menu("Go")
    assert said(lightroom) == [f"{mac} {win}"]


def test_io_on_windows_does_not_open_paths_with_other_than_ascii_letters(start, said, tmp_path):
    (tmp_path / "Größe.txt").write_text("x", encoding="utf-8")
    code = f"say(io.open([[{tmp_path}/Größe.txt]], 'r') ~= nil)"
    mac, win = start(code), None
    mac.run_menu("Go")
    win = start(code, platform="win", options=Options(path_style="posix"))
    win.run_menu("Go")
    assert (said(mac), said(win)) == (["true"], ["false"])
