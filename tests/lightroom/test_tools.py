"""How exiftool, Adobe's toolkit in Exiv2 and darktable's Lightroom import read our XMP."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import exiv2
import numpy as np
import pytest
from lxml import etree
from PIL import Image, ImageDraw

from couloir.aperture.model import Master, Operation, PixelSize, Version
from couloir.aperture.operations import decode
from couloir.derive import analytic
from couloir.lightroom.crop import Crop
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.rdf import NAMESPACES
from couloir.lightroom.settings import SETTINGS, DevelopSettings, PhotoKind, SettingType
from couloir.lightroom.xmp import ImageFacts, Stamp, write_packet

Tool = Callable[[str], str]
STAMP = Stamp("0.2.0", "library", "version")
CRS = f"{{{NAMESPACES['crs']}}}"
RDF = f"{{{NAMESPACES['rdf']}}}"
CURVE = (0, 0, 64, 50, 192, 210, 255, 255)
LOOK = {
    "Name": "Adobe Color",
    "Amount": 1.0,
    "UUID": "B952C231111CD8E0ECCF14B86BAA7077",
    "SupportsAmount": False,
    "Group": {"x-default": "Profiles"},
    "Parameters": {"CameraProfile": "Adobe Standard", "ToneCurvePV2012": CURVE},
}
CROP = Crop(0.1, 0.15, 0.85, 0.9, -2.5)


def everything(kind: PhotoKind) -> DevelopSettings:
    """Every setting that this kind of photo takes, each away from its default."""
    values: dict[str, object] = {}
    for key, setting in SETTINGS.items():
        if kind not in setting.kinds:
            continue
        if setting.type is SettingType.CURVE:
            values[key] = CURVE
        elif setting.type is SettingType.BOOLEAN:
            values[key] = not setting.default
        elif setting.type is SettingType.TABLE:
            values[key] = LOOK
        elif setting.is_numeric:
            values[key] = setting.low if setting.default == setting.high else setting.high
    texts = {"WhiteBalance": "Custom", "ToneCurveName2012": "Custom", "LensProfileSetup": "Custom"}
    return DevelopSettings({**values, **texts, **CROP.settings(), "CameraProfile": "Adobe Standard"})


def full_metadata() -> PhotoMetadata:
    texts: dict[str, Any] = {f.name: f"Ein {f.name} ✓" for f in fields(PhotoMetadata) if f.type == "str | None"}
    texts |= {"date_created": "2007-09-17T00:05:31-07:00", "country_code": "DEU", "contact_url": "https://example.org"}
    lists: dict[str, Any] = {"supplemental_categories": ("a", "b"), "people": ("Ada", "Grace")}
    lists |= {"scene_codes": ("010100",), "subject_codes": ("01000000",), "keywords": (("Places", "Berlin"), ("Tag",))}
    return PhotoMetadata(**texts, **lists, rating=4, pick=1, latitude=52.4596, longitude=-13.4, altitude=-12.5)


SIDECARS: Mapping[str, tuple[dict[str, object] | DevelopSettings | None, PhotoMetadata]] = {
    "raw": ({"WhiteBalance": "Custom", "Temperature": 5250, "Tint": -7, "Exposure2012": 0.5}, PhotoMetadata(rating=3)),
    "rendered": ({"WhiteBalance": "Custom", "IncrementalTemperature": 7, "Look": {}}, PhotoMetadata(pick=-1)),
    "cropped": (CROP.settings(), PhotoMetadata()),
    "curves": ({"ToneCurveName2012": "Custom", "ToneCurvePV2012": CURVE, "ToneCurvePV2012Red": CURVE}, PhotoMetadata()),
    "everything-raw": (everything(PhotoKind.RAW), full_metadata()),
    "everything-rendered": (everything(PhotoKind.RENDERED), full_metadata()),
    "metadata": (None, full_metadata()),
}


@pytest.fixture(scope="module")
def sidecars(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("sidecars")
    paths = []
    for name, (values, metadata) in SIDECARS.items():
        settings = None if values is None else DevelopSettings(values)
        path = folder / f"{name}.xmp"
        path.write_bytes(write_packet(settings, metadata, ImageFacts(3000, 2000, 6, "NEF"), STAMP))
        paths.append(path)
    return paths


def crs_names(element: etree._Element, prefix: str = "") -> Iterator[str]:
    """Each Camera Raw property in exiftool's flat spelling: the parents' names before its own."""
    for key in element.attrib:
        if str(key).startswith(CRS):
            yield prefix + str(key).removeprefix(CRS)
    for child in element:
        if str(child.tag).startswith(CRS):
            name = prefix + str(child.tag).removeprefix(CRS)
            yield name
            yield from crs_names(child, name)
        else:
            yield from crs_names(child, prefix)


# --- exiftool ---------------------------------------------------------------------------------------------------------


@pytest.mark.tool("exiftool")
def test_exiftool_has_no_complaint_about_any_sidecar(sidecars: list[Path], tool: Tool) -> None:
    command = [tool("exiftool"), "-validate", "-warning", "-error", "-a", *map(str, sidecars)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    verdicts = [re.split(r"\s*: ", line, maxsplit=1) for line in run.stdout.splitlines() if " : " in line]
    assert verdicts == [["Validate", "OK"]] * len(sidecars)


@pytest.mark.tool("exiftool")
def test_exiftool_knows_every_camera_raw_property_that_we_write(sidecars: list[Path], tool: Tool) -> None:
    listed = subprocess.run(
        [tool("exiftool"), "-listx", "-XMP-crs:all"], capture_output=True, encoding="utf-8", check=True
    ).stdout
    known = set(re.findall(r"<tag id='(\w+)'", listed))
    assert len(known) > 500
    for path in sidecars:
        written = list(crs_names(etree.parse(path).getroot()))
        assert [name for name in written if name not in known] == [], path.stem
        assert len(written) == len(set(written))


@pytest.mark.tool("exiftool")
def test_exiftool_reads_as_many_camera_raw_properties_as_were_written(sidecars: list[Path], tool: Tool) -> None:
    command = [tool("exiftool"), "-j", "-struct", "-G1", "-XMP-crs:all", *map(str, sidecars)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    found = {Path(answer.pop("SourceFile")).stem: answer for answer in json.loads(run.stdout)}
    for path in sidecars:
        description = etree.parse(path).getroot().find(f".//{RDF}Description")
        assert description is not None
        names = [*map(str, description.attrib), *(str(child.tag) for child in description)]
        assert len(found[path.stem]) == sum(name.startswith(CRS) for name in names), path.stem
    assert found["raw"]["XMP-crs:ColorTemperature"] == 5250
    assert found["curves"]["XMP-crs:ToneCurvePV2012"] == ["0, 0", "64, 50", "192, 210", "255, 255"]
    assert found["everything-raw"]["XMP-crs:Look"]["Parameters"]["CameraProfile"] == "Adobe Standard"


@pytest.mark.tool("exiftool")
def test_exiftool_finds_the_metadata_where_lightroom_looks_for_it(sidecars: list[Path], tool: Tool) -> None:
    (path,) = (path for path in sidecars if path.stem == "metadata")
    command = [tool("exiftool"), "-j", "-G1", "-n", "-XMP:all", str(path)]
    (found,) = json.loads(subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout)
    expected = {
        "XMP-xmp:Rating": 4,
        "XMP-xmpDM:Pick": 1,
        "XMP-xmp:Label": "Ein label ✓",
        "XMP-dc:Title": "Ein title ✓",
        "XMP-dc:Description": "Ein caption ✓",
        "XMP-dc:Rights": "Ein copyright ✓",
        "XMP-dc:Creator": "Ein creator ✓",
        "XMP-dc:Subject": ["Berlin", "Tag"],
        "XMP-lr:HierarchicalSubject": ["Places|Berlin", "Tag"],
        "XMP-photoshop:City": "Ein city ✓",
        "XMP-photoshop:DateCreated": "2007:09:17 00:05:31-07:00",
        "XMP-exif:DateTimeOriginal": "2007:09:17 00:05:31-07:00",
        "XMP-iptcCore:CreatorWorkURL": "https://example.org",
        "XMP-iptcExt:PersonInImage": ["Ada", "Grace"],
        "XMP-exif:GPSLatitude": pytest.approx(52.4596, abs=1e-6),
        "XMP-exif:GPSLongitude": pytest.approx(-13.4, abs=1e-6),
        "XMP-exif:GPSAltitude": 12.5,
        "XMP-exif:GPSAltitudeRef": 1,  # below the sea
        "XMP-tiff:Orientation": 6,
        "XMP-photoshop:SidecarForExtension": "NEF",
    }
    assert {name: found.get(name) for name in expected} == expected


# --- Adobe's XMP toolkit, which Exiv2 carries -------------------------------------------------------------------------


def test_adobes_toolkit_reads_every_property(sidecars: list[Path]) -> None:
    for path in sidecars:
        image = exiv2.ImageFactory.open(str(path))
        image.readMetadata()
        read = {datum.key(): datum.toString() for datum in image.xmpData()}
        description = etree.parse(path).getroot().find(f".//{RDF}Description")
        assert description is not None
        for key, value in description.attrib.items():
            name = etree.QName(str(key))
            if str(name.namespace) in (NAMESPACES["crs"], NAMESPACES["tiff"]):
                prefix = "crs" if name.namespace == NAMESPACES["crs"] else "tiff"
                assert read[f"Xmp.{prefix}.{name.localname}"] == str(value)
        assert read["Xmp.tiff.Orientation"] == "6"


# --- darktable renders what a Lightroom user would see ----------------------------------------------------------------

BLOBS = (("straighten", "RKStraightenCropOperation"), ("crop", "RKCropOperation"))
RED, BLUE = (255, 0, 0), (0, 0, 255)


def render(tool: Tool, folder: Path, photos: Mapping[str, tuple[DevelopSettings, Crop, tuple[int, int]]]) -> None:
    """Draws each crop's rectangle in red on blue, and lets darktable crop it by the sidecar; one process for all."""
    for name, (settings, crop, size) in photos.items():
        image = Image.new("RGB", size, BLUE)
        ImageDraw.Draw(image).polygon(list(crop.corners(*size)), fill=RED)
        image.save(folder / f"{name}.jpg", quality=95)
        packet = write_packet(settings, PhotoMetadata(), ImageFacts(*size, 1), STAMP)
        (folder / f"{name}.xmp").write_bytes(packet)
    (folder / "out").mkdir()
    imports = [part for name in photos for part in ("--import", str(folder / f"{name}.jpg"))]
    core = ["--core", "--disable-opencl", "--configdir", str(folder / "config"), "--library", ":memory:"]
    subprocess.run(
        [tool("darktable-cli"), *imports, str(folder / "out"), *core], capture_output=True, check=True, timeout=120
    )


def check_rendering(path: Path, size: tuple[float, float]) -> None:
    """The picture has this size within a pixel, and is the red rectangle and nothing else but for its very edge."""
    with Image.open(path) as image:
        assert image.size == pytest.approx(tuple(map(round, size)), abs=1)
        inner = np.asarray(image.convert("RGB"))[3:-3, 3:-3]
    assert (inner[..., 0] > 200).all()
    assert (inner[..., 2] < 60).all()


@pytest.mark.tool("darktable-cli")
def test_darktable_crops_and_straightens_to_the_rectangle_that_we_mean(tool: Tool, tmp_path: Path) -> None:
    size = (600, 400)
    crops = {
        "plain": Crop(0.1, 0.25, 0.9, 0.75, 0),
        "clockwise": Crop(0.2, 0.2, 0.8, 0.8, 5),
        "counter-clockwise": Crop(0.2, 0.2, 0.8, 0.8, -5),
        "off-centre": Crop.from_rectangle(220, 170, 240, 180, 12, *size),
        "upright": Crop.from_rectangle(300, 200, 150, 250, -20, *size),
    }
    render(tool, tmp_path, {name: (DevelopSettings(crop.settings()), crop, size) for name, crop in crops.items()})
    for name, crop in crops.items():
        check_rendering(tmp_path / "out" / f"{name}.jpg", crop.pixel_size(*size))


@pytest.mark.sample
@pytest.mark.tool("darktable-cli")
def test_darktable_shows_a_real_aperture_crop_and_straighten_at_apertures_size(
    samples: Path, tool: Tool, tmp_path: Path
) -> None:
    """Two blobs that Aperture 3 wrote, on a frame of 3888 x 2592: their crop says 2936 x 1957."""
    operations: list[Operation] = []
    for index, (name, identifier) in enumerate(BLOBS):
        decoded = decode(identifier, (samples / "aperture-3" / f"{name}.bplist").read_bytes(), name)
        assert decoded.problem is None
        operations.append(Operation(name, identifier, index, decoded.enabled, None, decoded.inputs, decoded.adjustment))
    size = (3888, 2592)
    # A translation asks for nothing else than this of a version and its master.
    stated: dict[str, Any] = {"uuid": "version", "operations": tuple(operations), "rotation": 0}
    stated |= {"master_size": PixelSize(*size), "processed_size": PixelSize(2936, 1957)}
    version = Version(**{field.name: stated.get(field.name) for field in fields(Version)})
    kind: dict[str, Any] = {"is_raw": False, "subtype": "JPGST"}
    master = Master(**{field.name: kind.get(field.name) for field in fields(Master)})
    translation = analytic(version, master)
    assert translation.anomalies == ()
    assert translation.crop is not None
    assert translation.crop.angle == pytest.approx(-2.0684, abs=1e-4)
    geometry = DevelopSettings(translation.crop.settings())
    assert geometry.items() <= translation.settings.items()
    render(tool, tmp_path, {"real": (translation.settings, translation.crop, size)})
    check_rendering(tmp_path / "out" / "real.jpg", (2936, 1957))
