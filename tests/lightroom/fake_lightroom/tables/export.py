"""The settings of an export: every key that a preset of Lightroom 14 or 15 has, and what a hostile last export says.

What a plug-in leaves out, Lightroom takes from the user's last export. A key may be left unsaid only where another that
is given makes it void: no watermark, no name of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

GUIDE = "Adobe's SDK guide, the built-in property keys of an export"
PRESET = "jankuca/lightroom-auto-export-plugin, ExportSettings.lua: the keys of an export preset"
SHIPPED = "WilliamsJason/inat-lightroom, RenderPhoto.lua: read out of the presets inside Lightroom"


class ExportKey(NamedTuple):
    """Who says that the key exists, what the hostile last export has there, and which given value makes it void."""

    source: str
    hostile: Any
    void: tuple[str, Any] | None = None


def _keys() -> Iterator[tuple[str, ExportKey]]:
    def all_of(source: str, void: tuple[str, Any] | None = None, /, **values: Any) -> Iterator[tuple[str, ExportKey]]:
        for name, hostile in values.items():
            yield f"LR_{name}", ExportKey(source, hostile, void)

    yield from all_of(
        SHIPPED, exportServiceProvider="com.example.uploader", export_postProcessing="revealInFinder",
        size_userWantsConstrain=False,
    )  # fmt: skip
    yield from all_of(PRESET, exportServiceProviderTitle="An uploader", export_useParentFolder=True, markedPresets={})
    yield from all_of(
        GUIDE, export_destinationType="sourceFolder", export_destinationPathPrefix="/somewhere/else",
        export_useSubfolder=True, reimportExportedPhoto=True, collisionHandling="ask", extensionCase="uppercase",
        renamingTokensOn=True, format="JPEG", export_colorSpace="ProPhotoRGB", export_bitDepth=16, jpeg_quality=0.1,
        jpeg_useLimitSize=True, size_doConstrain=True, size_doNotEnlarge=False, size_resizeType="shortEdge",
        size_maxWidth=64, size_maxHeight=64, size_units="cm", size_resolution=300, size_resolutionUnits="cm",
        outputSharpeningOn=True, minimizeEmbeddedMetadata=False, embeddedMetadataOption="all",
        metadata_keywordOptions="lightroomHierarchical", removeLocationMetadata=True, includeVideoFiles=True,
        useWatermark=True,
    )  # fmt: skip
    yield from all_of(
        PRESET, enableHDRDisplay=True, maximumCompatibility=True, contentCredentials_include_status="include",
        removeFaceMetadata=True, includeFaceTagsAsKeywords=True, includeFaceTagsInIptc=True,
    )  # fmt: skip
    yield from all_of(GUIDE, ("LR_export_useSubfolder", False), export_destinationPathSuffix="Uploads")
    yield from all_of(GUIDE, ("LR_jpeg_useLimitSize", False), jpeg_limitSize=20)
    yield from all_of(
        GUIDE, ("LR_renamingTokensOn", False), tokens="{{custom_token}}", tokenCustomString="renamed",
        initialSequenceNumber=7,
    )  # fmt: skip
    yield from all_of(PRESET, ("LR_renamingTokensOn", False), tokensArchivedToString2="{{custom_token}}")
    yield from all_of(GUIDE, ("LR_outputSharpeningOn", False), outputSharpeningLevel=3, outputSharpeningMedia="glossy")
    yield from all_of(GUIDE, ("LR_useWatermark", False), watermarking_id="<simpleCopyrightWatermark>")
    yield from all_of(
        PRESET, ("LR_useWatermark", False), selectedTextFontFamily="Comic Sans MS", selectedTextFontSize=72
    )
    yield from all_of(GUIDE, ("LR_reimportExportedPhoto", False), reimport_stackWithOriginal=True)
    yield from all_of(PRESET, ("LR_reimportExportedPhoto", False), reimport_stackWithOriginal_position="above")
    yield from all_of(
        PRESET, ("LR_includeVideoFiles", False), export_videoFileHandling="include", export_videoPreset="original",
        export_videoFormat="4e49434b-4832-3634-fbfb-fbfbfbfbfbfb",
    )  # fmt: skip
    yield from all_of(
        PRESET, ("LR_contentCredentials_include_status", "exclude"), contentCredentials_include_producer=True,
        contentCredentials_include_connectedAccounts=True, contentCredentials_include_editsAndActivity=True,
    )  # fmt: skip
    yield from all_of(GUIDE, ("LR_size_resizeType", "longEdge"), size_megapixels=0.1)
    yield from all_of(PRESET, ("LR_size_resizeType", "longEdge"), size_percentage=5)
    yield from all_of(
        GUIDE, ("LR_format", "JPEG"), tiff_compressionMethod="compressionMethod_LZW", DNG_previewSize="none",
        DNG_compatability=84148224, DNG_conversionMethod="preserveRAW", DNG_embedRAW=True,
    )  # fmt: skip
    yield from all_of(PRESET, ("LR_format", "JPEG"), tiff_preserveTransparency=True)


EXPORT: Mapping[str, ExportKey] = dict(_keys())
HOSTILE_EXPORT: Mapping[str, Any] = {name: key.hostile for name, key in EXPORT.items()}
"""HDR, 20 kB, another colour space, a watermark, no place, sharpened for glossy paper, and given to an uploader."""


def unsaid(settings: Mapping[str, Any]) -> list[str]:
    """The keys that the last export would decide, in order; those that another one could make void come last."""
    found = [
        name
        for name, key in EXPORT.items()
        if name not in settings and not (key.void and settings.get(key.void[0]) == key.void[1])
    ]
    return sorted(found, key=lambda name: (EXPORT[name].void is not None, name))
