"""LrExportSession: what it must be told, what the user's last export decides otherwise, and what it does."""

from __future__ import annotations

import pytest

from fake_lightroom import Options, RuleBroken
from fake_lightroom.tables.export import EXPORT, HOSTILE_EXPORT, unsaid

GIVEN = {
    "LR_exportServiceProvider": "com.adobe.ag.export.file", "LR_exportServiceProviderTitle": "Hard Drive",
    "LR_export_postProcessing": "doNothing", "LR_export_useParentFolder": False, "LR_markedPresets": {},
    "LR_format": "JPEG", "LR_jpeg_quality": 0.9, "LR_jpeg_useLimitSize": False, "LR_export_colorSpace": "sRGB",
    "LR_export_bitDepth": 8, "LR_enableHDRDisplay": False, "LR_maximumCompatibility": False,
    "LR_export_destinationType": "specificFolder", "LR_export_destinationPathPrefix": "",
    "LR_export_useSubfolder": False,
    "LR_collisionHandling": "overwrite", "LR_renamingTokensOn": False, "LR_extensionCase": "lowercase",
    "LR_size_doConstrain": True, "LR_size_userWantsConstrain": True, "LR_size_doNotEnlarge": True,
    "LR_size_resizeType": "longEdge", "LR_size_maxWidth": 256, "LR_size_maxHeight": 256, "LR_size_units": "pixels",
    "LR_size_resolution": 72, "LR_size_resolutionUnits": "inch", "LR_outputSharpeningOn": False,
    "LR_useWatermark": False, "LR_embeddedMetadataOption": "all", "LR_minimizeEmbeddedMetadata": True,
    "LR_metadata_keywordOptions": "flat", "LR_removeFaceMetadata": False, "LR_removeLocationMetadata": False,
    "LR_includeFaceTagsAsKeywords": False, "LR_includeFaceTagsInIptc": False, "LR_reimportExportedPhoto": False,
    "LR_includeVideoFiles": False, "LR_contentCredentials_include_status": "exclude",
}  # fmt: skip


def lua(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {lua(each)}" for name, each in value.items()) + "}"
    return f"[[{value}]]" if isinstance(value, str) else str(value).lower()


@pytest.fixture
def export(start, pictures, tmp_path):
    """Exports so many photos with these settings; `loop` is what the plug-in does with each rendition."""
    loop = "local ok, result = rendition:waitForRender(); say(i, ok, result)"

    def run(settings, *, photos=1, loop=loop, before="", parameters="", run=True, **more):
        given = {
            **settings,
            **({"LR_export_destinationPathPrefix": str(tmp_path / "out")} if settings is GIVEN else {}),
        }
        lightroom = start(
            f"""
            local session = import("LrExportSession") {{ photosToExport = catalog:getAllPhotos(),
              exportSettings = {lua(given)} }}
            {before}
            for i, rendition in session:renditions({parameters}) do {loop} end
            """,
            **more,
        )
        for path in pictures(photos):
            lightroom.add_photo(path).develop["Vibrance"] = 7
        if run:
            lightroom.run_menu("Go")
        return lightroom

    return run


def test_an_export_draws_with_the_renderer_and_the_settings_of_the_photo(export, said, tmp_path):
    jobs = []

    def render(job):
        jobs.append((job.path.name, job.settings["Vibrance"], job.width, job.quality))
        return b"jpeg"

    lightroom = export(GIVEN, photos=2, renderer=render, run=False)
    (tmp_path / "IMG_0002.nef").unlink()
    lightroom.run_menu("Go")
    assert jobs == [("IMG_0001.nef", 7, 256, 0.9)]
    assert (tmp_path / "out" / "IMG_0001.jpg").read_bytes() == b"jpeg"
    assert said(lightroom)[0] == f"1 true {tmp_path}/out/IMG_0001.jpg"
    assert said(lightroom)[1].startswith("2 false The file could not be found")


@pytest.mark.parametrize("key", sorted(GIVEN))
def test_what_an_export_leaves_unsaid_is_refused(export, key):
    with pytest.raises(RuleBroken, match=f"an export takes {key} from the user's last export"):
        export({name: value for name, value in GIVEN.items() if name != key})


@pytest.mark.parametrize("key", ["LR_watermarking_id", "LR_jpeg_limitSize", "LR_tokens", "LR_outputSharpeningMedia"])
def test_what_another_setting_makes_void_may_be_left_unsaid_but_not_else(key):
    switch, void = EXPORT[key].void
    assert key not in unsaid(GIVEN)
    assert key in unsaid({**GIVEN, switch: not void})


def test_a_setting_that_does_not_exist_is_refused(export):
    with pytest.raises(RuleBroken, match="no setting called LR_sharpness"):
        export({**GIVEN, "LR_sharpness": 3})


def test_every_setting_names_its_source():
    assert len(EXPORT) > 60
    assert all(key.source for key in EXPORT.values())


def test_an_export_must_not_ask(export):
    with pytest.raises(RuleBroken, match="asks the user"):
        export({**GIVEN, "LR_collisionHandling": "ask"})


class TestHostileLastExport:
    """What is left unsaid comes from an HDR export of 20 kB with a watermark, to an uploader."""

    def drawn(self, export, **given):
        jobs = []
        lightroom = export({**GIVEN, **given}, renderer=lambda job: jobs.append(job) or b"jpeg", run=False)
        return jobs, lightroom

    def test_it_decides_what_is_not_said(self, export, tmp_path):
        jobs = []
        keys = ("LR_enableHDRDisplay", "LR_export_colorSpace", "LR_useWatermark", "LR_jpeg_useLimitSize")
        given = {name: value for name, value in GIVEN.items() if name not in keys}
        given["LR_export_destinationPathPrefix"] = str(tmp_path / "out")
        export(given, renderer=lambda job: jobs.append(job) or b"jpeg", options=Options(last_export={}))
        (job,) = jobs
        assert {key: job.export[key] for key in keys} == {key: HOSTILE_EXPORT[key] for key in keys}
        assert job.quality < 0.1

    def test_its_uploader_takes_the_file(self, export, said, tmp_path):
        given = {name: value for name, value in GIVEN.items() if name != "LR_exportServiceProvider"}
        given["LR_export_destinationPathPrefix"] = str(tmp_path / "out")
        lightroom = export(given, renderer=lambda job: b"jpeg", options=Options(last_export={}))
        assert said(lightroom) == [f"1 true {tmp_path}/out/IMG_0001.jpg"]
        assert not (tmp_path / "out").exists()


class TestSkipping:
    def test_renditions_are_skipped_before_the_loop_and_have_no_file(self, export, said, tmp_path):
        skip = "for _, each in session:renditions() do each:skipRender() end"
        lightroom = export(GIVEN, before=skip, loop="say(rendition.wasSkipped)", renderer=lambda job: b"jpeg")
        assert said(lightroom) == ["false"]  # these are others than those of the first loop
        loop = "rendition:skipRender(); say(rendition:waitForRender(), rendition.wasSkipped)"
        lightroom = export(GIVEN, loop=loop, renderer=lambda job: b"jpeg")
        assert said(lightroom) == ["true true"]
        assert not (tmp_path / "out").exists()

    def test_skipping_in_the_rendering_loop_is_too_late(self, export):
        loop = "if i == 1 then rendition:waitForRender() else rendition:skipRender() end"
        with pytest.raises(RuleBroken, match="before the session starts its rendering loop"):
            export(GIVEN, photos=2, loop=loop, renderer=lambda job: b"jpeg")


class TestCancelling:
    SCOPE = 'local scope = LrProgressScope { title = "Drawing" }'
    LOOP = "say(i); rendition:waitForRender(); scope:cancel()"

    def test_a_cancelled_scope_ends_the_loop(self, export, said):
        parameters = "{ progressScope = scope, stopIfCanceled = true }"
        lightroom = export(
            GIVEN, photos=3, before=self.SCOPE, loop=self.LOOP, parameters=parameters, renderer=lambda job: b"jpeg"
        )
        assert said(lightroom) == ["1"]

    def test_without_the_flag_it_does_not(self, export, said):
        lightroom = export(
            GIVEN, photos=3, before=self.SCOPE, loop=self.LOOP, parameters="{ progressScope = scope }",
            renderer=lambda job: b"jpeg",
        )  # fmt: skip
        assert said(lightroom) == ["1", "2", "3"]

    def test_the_flag_alone_is_ignored(self, export):
        with pytest.raises(RuleBroken, match="ignores stopIfCanceled without a progressScope"):
            export(GIVEN, parameters="{ stopIfCanceled = true }")
