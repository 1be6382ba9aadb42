"""XMP packets survive a round trip, foreign properties are kept, and hostile packets raise BadXmp."""

from __future__ import annotations

import contextlib
import re
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from couloir.errors import BadXmp
from couloir.lightroom.keys import RAW_WHITE_BALANCE, WHITE_BALANCE_NUMBERS
from couloir.lightroom.metadata import PhotoMetadata
from couloir.lightroom.rdf import MAX_PACKET_BYTES, MAX_PROPERTIES, NAMESPACES, xml_text
from couloir.lightroom.settings import CROP_KEYS, SETTINGS, DevelopSettings, Setting, SettingType, XmpForm
from couloir.lightroom.xmp import ImageFacts, Stamp, read_packet, write_packet

STAMP = Stamp("0.2.0", "library", "version")
IMAGE = ImageFacts(3000, 2000, 6, "NEF")
HEAD = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
TAIL = "</rdf:RDF></x:xmpmeta>"
PREFIXES = " ".join(f"xmlns:{prefix}='{uri}'" for prefix, uri in NAMESPACES.items() if prefix not in ("x", "rdf"))


def packet(attributes: str = "", elements: str = "") -> bytes:
    """A packet as another program might write it."""
    return f"{HEAD}<rdf:Description rdf:about='' {PREFIXES} {attributes}>{elements}</rdf:Description>{TAIL}".encode(
        errors="surrogatepass"
    )


def write(
    values: dict[str, object] | None = None, metadata: PhotoMetadata | None = None, base: bytes | None = None
) -> bytes:
    develop = None if values is None else DevelopSettings(values)
    return write_packet(develop, metadata or PhotoMetadata(), IMAGE, STAMP, base)


def attributes_of(data: bytes) -> dict[str, str]:
    """Every attribute of the packet's description by its prefixed name."""
    description = etree.fromstring(data).find(".//{*}Description")
    assert description is not None
    prefixes = {uri: prefix for prefix, uri in NAMESPACES.items()}
    names = ((etree.QName(str(key)), str(value)) for key, value in description.attrib.items())
    return {f"{prefixes[str(q.namespace)]}:{q.localname}": value for q, value in names}


# --- settings ---------------------------------------------------------------------------------------------------------

PRINTABLE = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=20)
CURVES = st.lists(st.integers(0, 255), min_size=2, max_size=8, unique=True).flatmap(
    lambda xs: st.tuples(*[st.integers(0, 255) for _ in xs]).map(
        lambda ys: tuple(level for point in zip(sorted(xs), ys, strict=True) for level in point)
    )
)
FIELD_NAMES = st.from_regex(r"[A-Z][A-Za-z0-9]{0,8}", fullmatch=True).filter(
    lambda name: name not in SETTINGS and name != "Amount"
)
LOOK_TEXTS = st.text(max_size=12).map(xml_text).filter(lambda text: text not in ("true", "false"))
LOOK_FIELDS = st.recursive(
    LOOK_TEXTS | st.booleans() | st.builds(lambda text: {"x-default": text}, LOOK_TEXTS),
    lambda inner: st.dictionaries(FIELD_NAMES, inner, max_size=4),
    max_leaves=8,
)
LOOKS = st.fixed_dictionaries(
    {},
    optional={
        "Amount": st.floats(-10, 10),
        "Parameters": st.fixed_dictionaries({}, optional={"ToneCurvePV2012": CURVES, "CameraProfile": PRINTABLE}),
    },
).flatmap(lambda known: st.dictionaries(FIELD_NAMES, LOOK_FIELDS, max_size=5).map(lambda more: {**known, **more}))


def values_for(setting: Setting) -> st.SearchStrategy[object]:
    match setting.type:
        case SettingType.BOOLEAN:
            return st.booleans()
        case SettingType.INTEGER:
            assert setting.low is not None
            assert setting.high is not None
            return st.integers(int(setting.low), int(setting.high))
        case SettingType.NUMBER:
            assert setting.low is not None
            assert setting.high is not None
            return st.floats(setting.low, setting.high)
        case SettingType.TEXT:
            return st.sampled_from(setting.words) if setting.words else PRINTABLE
        case SettingType.CURVE:
            return CURVES
        case _:
            return LOOKS


SPECIAL = {*CROP_KEYS, "WhiteBalance", *WHITE_BALANCE_NUMBERS}
WHITE_BALANCES: Final = st.one_of(
    st.just({}),
    st.sampled_from(["As Shot", "Auto", *RAW_WHITE_BALANCE]).map(lambda word: {"WhiteBalance": word}),
    *(
        st.fixed_dictionaries(
            {"WhiteBalance": st.just("Custom")}, optional={key: values_for(SETTINGS[key]) for key in keys}
        )
        for keys in (("Temperature", "Tint"), ("IncrementalTemperature", "IncrementalTint"))
    ),
)
CROPS = st.just({}) | st.fixed_dictionaries(
    {
        "CropLeft": st.floats(0, 0.4),
        "CropTop": st.floats(0, 0.4),
        "CropRight": st.floats(0.6, 1),
        "CropBottom": st.floats(0.6, 1),
        "CropAngle": st.floats(-45, 45),
    }
)


@st.composite
def develop_settings(draw: st.DrawFn) -> DevelopSettings:
    keys = draw(st.lists(st.sampled_from(sorted(SETTINGS.keys() - SPECIAL)), unique=True, max_size=12))
    values = {key: draw(values_for(SETTINGS[key])) for key in keys}
    return DevelopSettings({**values, **draw(WHITE_BALANCES), **draw(CROPS)})


@settings(deadline=None)
@given(develop_settings())
def test_settings_are_read_back_as_they_were_written(develop: DevelopSettings) -> None:
    written = write_packet(develop, PhotoMetadata(), IMAGE, STAMP)
    found = DevelopSettings(read_packet(written, "x").settings).as_dict()
    stated = {key: value for key, value in develop.as_dict().items() if SETTINGS[key].xmp is not XmpForm.LUA_ONLY}
    assert {key: found[key] for key in stated} == stated
    assert found.keys() - stated.keys() <= {"Version", "ProcessVersion", "HasCrop"}
    assert write_packet(develop, PhotoMetadata(), IMAGE, STAMP) == written


def test_the_same_settings_in_any_order_give_the_same_bytes() -> None:
    values: dict[str, object] = {"Vibrance": 1, "Exposure2012": 0.5, "ToneCurvePV2012": (0, 0, 255, 255)}
    assert write(values) == write(dict(reversed(values.items())))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"Contrast2012": 10, "Shadows2012": -5, "Blacks2012": 0}, {"Contrast2012": "+10", "Shadows2012": "-5"}),
        ({"Blacks2012": 0}, {"Blacks2012": "0"}),
        ({"Exposure2012": 0.5}, {"Exposure2012": "+0.50"}),
        ({"Exposure2012": 0}, {"Exposure2012": "0.00"}),
        ({"Exposure2012": -1.25}, {"Exposure2012": "-1.25"}),
        ({"Sharpness": 40, "SharpenRadius": 1.0}, {"Sharpness": "40", "SharpenRadius": "+1.0"}),
        ({"PerspectiveRotate": 0, "PerspectiveX": 0}, {"PerspectiveRotate": "0.0", "PerspectiveX": "0.00"}),
        ({"ConvertToGrayscale": True}, {"ConvertToGrayscale": "True"}),
        (
            {"WhiteBalance": "Custom", "Temperature": 5250, "Tint": 7},
            {"WhiteBalance": "Custom", "Temperature": "5250", "Tint": "+7"},
        ),
        (
            {"CropLeft": 0, "CropTop": 0.25, "CropRight": 1, "CropBottom": 1 / 3, "CropAngle": -1.5},
            {"CropTop": "0.25", "CropRight": "1", "CropBottom": "0.333333", "CropAngle": "-1.5", "HasCrop": "True"},
        ),
        ({"Vibrance": 1}, {"HasCrop": "False", "HasSettings": "True", "AlreadyApplied": "False"}),
        ({}, {"Version": "15.4", "ProcessVersion": "15.4"}),
        ({"ProcessVersion": "11.0", "Version": "13.2"}, {"Version": "13.2", "ProcessVersion": "11.0"}),
    ],
)
def test_values_are_spelled_as_lightroom_spells_them(values: dict[str, object], expected: dict[str, str]) -> None:
    written = attributes_of(write(values))
    assert {key: written[f"crs:{key}"] for key in expected} == expected


def test_switches_of_panels_are_not_in_xmp() -> None:
    assert "crs:EnableDetail" not in attributes_of(write({"EnableDetail": False}))


def test_a_cleared_look_is_one_without_a_name() -> None:
    written = write({"Look": {}})
    assert b'<rdf:Description crs:Name=""' in written
    assert read_packet(written, "x").settings["Look"] == {}


def test_a_list_of_numbers_in_a_look_comes_back_as_texts() -> None:
    look = {"ToneCurve": [0, 1.5, "2"], "Strength": 3}
    assert DevelopSettings(read_packet(write({"Look": look}), "x").settings).as_dict()["Look"] == {
        "Strength": "3",
        "ToneCurve": ["0", "1.5", "2"],
    }


def test_new_settings_replace_every_old_one() -> None:
    base = packet(
        "crs:Exposure2012='+1.00' crs:Vibrance='9' crs:Texture='3'",
        "<crs:Look><rdf:Description crs:Name='Old'/></crs:Look><crs:MaskGroupBasedCorrections/>",
    )
    written = write({"Vibrance": 5}, base=base)
    assert read_packet(written, "x").settings.keys() == {"Vibrance", "Version", "ProcessVersion", "HasCrop"}
    assert b"Old" not in written
    assert b"Mask" not in written


def test_without_settings_the_old_ones_stay() -> None:
    found = read_packet(write(None, base=packet("crs:Exposure2012='+1.00'")), "x").settings
    assert found == {"Exposure2012": 1.0}


# --- metadata ---------------------------------------------------------------------------------------------------------

ANY_TEXT = st.none() | st.text(st.characters(), max_size=20) | st.sampled_from(["\0", "\ud800", " ", "\r\n\t", "]]>"])
ANY_TEXTS = st.lists(st.text(st.characters(), max_size=12), max_size=4).map(tuple)
TEXT_FIELDS = (
    *("label", "title", "headline", "caption", "caption_writer", "instructions", "job_id", "event", "category"),
    *("intellectual_genre", "creator", "creator_title", "contact_address", "contact_city", "contact_state"),
    *("contact_postcode", "contact_country", "contact_phone", "contact_email", "contact_url", "copyright"),
    *("usage_terms", "credit", "source", "location", "city", "state", "country", "country_code"),
)
LISTS = ("supplemental_categories", "scene_codes", "subject_codes", "people")


@st.composite
def photo_metadata(draw: st.DrawFn) -> PhotoMetadata:
    fields: dict[str, Any] = {name: draw(ANY_TEXT) for name in draw(st.lists(st.sampled_from(TEXT_FIELDS), max_size=8))}
    fields |= {name: draw(ANY_TEXTS) for name in draw(st.lists(st.sampled_from(LISTS), max_size=2))}
    fields["rating"] = draw(st.none() | st.integers(0, 5))
    fields["pick"] = draw(st.none() | st.integers(-1, 1))
    fields["keywords"] = draw(st.lists(ANY_TEXTS, max_size=4).map(tuple))
    if draw(st.booleans()):
        fields["latitude"], fields["longitude"] = draw(st.floats(-90, 90)), draw(st.floats(-180, 180))
    fields["altitude"] = draw(st.none() | st.floats(-100_000, 100_000))
    fields["date_created"] = draw(st.none() | st.datetimes().map(lambda moment: moment.isoformat()))
    return PhotoMetadata(**fields)


def distinct(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in dict.fromkeys(map(xml_text, texts)) if text.strip())


def distinct_paths(paths: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    clean = (tuple(xml_text(level).replace("|", "/") for level in path) for path in paths)
    kept = (tuple(level for level in path if level.strip()) for path in clean)
    return tuple(path for path in dict.fromkeys(kept) if path)


@settings(deadline=None)
@given(photo_metadata())
def test_metadata_is_read_back_without_what_xml_cannot_hold(metadata: PhotoMetadata) -> None:
    written = write(None, metadata)
    content = read_packet(written, "x")
    found = content.metadata
    for name in TEXT_FIELDS:
        text = xml_text(getattr(metadata, name) or "")
        assert getattr(found, name) == (text if text.strip() else None), name
    for name in LISTS:
        assert getattr(found, name) == distinct(getattr(metadata, name)), name
    assert found.keywords == distinct_paths(metadata.keywords)
    assert (found.rating, found.pick, found.date_created) == (metadata.rating, metadata.pick, metadata.date_created)
    for name, step in (("latitude", 1e-8), ("longitude", 1e-8), ("altitude", 5e-4)):
        wanted = getattr(metadata, name)
        assert getattr(found, name) == (None if wanted is None else pytest.approx(wanted, abs=step * 1.01))
    assert (content.stamp, content.image, content.settings) == (STAMP, IMAGE, {})
    assert write(None, metadata) == written
    assert read_packet(write(None, found), "x").metadata == found


def test_what_is_not_stated_leaves_the_packet_alone() -> None:
    base = packet("xmp:Rating='3' xmp:Label='Red'", "<dc:subject><rdf:Bag><rdf:li>old</rdf:li></rdf:Bag></dc:subject>")
    found = read_packet(write(None, PhotoMetadata(label="Blue"), base), "x").metadata
    assert (found.rating, found.label, found.keywords) == (3, "Blue", (("old",),))


def test_one_contact_field_keeps_the_others() -> None:
    old = "<Iptc4xmpCore:CreatorContactInfo Iptc4xmpCore:CiAdrCity='Rome' Iptc4xmpCore:CiTelWork='1'/>"
    found = read_packet(write(None, PhotoMetadata(contact_phone="2"), packet("", old)), "x").metadata
    assert (found.contact_city, found.contact_phone) == ("Rome", "2")


def test_keywords_are_written_as_words_and_as_paths() -> None:
    written = write(None, PhotoMetadata(keywords=(("Places", "Berlin"), ("Berlin",), ("A|B",))))
    items = [li.text for li in etree.fromstring(written).iter(f"{{{NAMESPACES['rdf']}}}li")]
    assert items == ["Berlin", "A/B", "Places|Berlin", "Berlin", "A/B"]


def test_words_without_a_path_are_keywords_too() -> None:
    old = (
        "<dc:subject><rdf:Bag><rdf:li>b</rdf:li><rdf:li>c</rdf:li></rdf:Bag></dc:subject>"
        "<lr:hierarchicalSubject><rdf:Bag><rdf:li>a|b</rdf:li></rdf:Bag></lr:hierarchicalSubject>"
    )
    assert read_packet(packet("", old), "x").metadata.keywords == (("a", "b"), ("c",))


@pytest.mark.parametrize(
    ("attributes", "rating", "pick"),
    [
        ("xmp:Rating='-1'", 0, -1),
        ("xmp:Rating='-1' xmpDM:pick='1'", 0, 1),
        ("xmp:Rating='4' xmpDM:pick='1'", 4, 1),
        ("xmp:Rating='9'", 5, None),
        ("xmp:Rating='3.0'", 3, None),
        ("", None, None),
    ],
)
def test_a_rating_of_minus_one_is_a_reject_flag(attributes: str, rating: int | None, pick: int | None) -> None:
    found = read_packet(packet(attributes), "x").metadata
    assert (found.rating, found.pick) == (rating, pick)


@pytest.mark.parametrize(
    ("latitude", "degrees"),
    [("52,27.58N", 52.459667), ("52,27,34.8S", -52.459667), ("0,0.000000N", 0.0)],
)
def test_both_spellings_of_a_coordinate_are_read(latitude: str, degrees: float) -> None:
    found = read_packet(packet(f"exif:GPSLatitude='{latitude}' exif:GPSLongitude='13,30E'"), "x").metadata
    assert found.latitude == pytest.approx(degrees, abs=1e-6)
    assert found.longitude == 13.5


@pytest.mark.parametrize(
    "attributes",
    [
        *("exif:GPSLatitude='' exif:GPSLongitude=''", "exif:GPSLatitude='52,27.58N'", "exif:GPSLongitude='1,1E'"),
        "exif:GPSLatitude='52.4' exif:GPSLongitude='13.5'",
        "exif:GPSLatitude='95,0.0N' exif:GPSLongitude='13,30.0E'",
        "exif:GPSLatitude='13,30.0E' exif:GPSLongitude='52,27.58N'",
        f"exif:GPSLatitude='52,27.{'9' * 5000}N' exif:GPSLongitude='n/a'",
        *("exif:GPSAltitude=''", "exif:GPSAltitude='100'", "exif:GPSAltitude='1/0'", "exif:GPSAltitude='9999999/1'"),
        *(f"exif:GPSAltitude='{'9' * 5000}/1'", f"exif:GPSAltitude='{'9' * 400}/1'"),
        f"exif:GPSAltitude='1/{'9' * 400}'",
        *("photoshop:DateCreated=''", "photoshop:DateCreated='2007:09:17 00:05:31'"),
        *("photoshop:DateCreated='yesterday'", "photoshop:DateCreated='2007-99'"),
        *("xmp:Rating=''", "xmp:Rating='good'", "xmp:Rating='nan'", "xmp:Rating='1e999'"),
        *("xmpDM:pick='yes'", "xmpDM:pick='2'", "xmpDM:pick='-1e300'"),
    ],
)
def test_one_malformed_field_is_as_if_not_stated_and_the_rest_is_read(attributes: str) -> None:
    content = read_packet(packet(f"{attributes} xmp:Label='Red' crs:Vibrance='+3'"), "x")
    assert content.metadata == PhotoMetadata(label="Red")
    assert content.settings == {"Vibrance": 3}


# --- packets of others ------------------------------------------------------------------------------------------------


def test_foreign_properties_are_kept_in_every_spelling() -> None:
    foreign = (
        "<f:Elem xmlns:f='urn:f' f:q='1'>text <f:inner/> tail</f:Elem>"
        "<f:Struct xmlns:f='urn:f' rdf:parseType='Resource'><f:a>1</f:a></f:Struct>"
        "<f:Seq xmlns:f='urn:f'><rdf:Seq><rdf:li>one</rdf:li><rdf:li xml:lang='de'>zwei</rdf:li></rdf:Seq></f:Seq>"
    )
    base = packet("xmlns:f='urn:f' f:attr='&lt;&amp;&#10;&#x1F4F7;'", foreign)
    once = write({"Vibrance": 5}, PhotoMetadata(title="ours"), base)
    description = etree.fromstring(once).find(".//{*}Description")
    assert description is not None
    assert description.get("{urn:f}attr") == "<&\n\U0001f4f7"
    kept = [re.sub(rb'\s?xmlns:\w+="[^"]*"|\s*\n\s*', b"", etree.tostring(e)) for e in description.iterfind("{urn:f}*")]
    assert kept == [
        b'<f:Elem f:q="1">text <f:inner/> tail</f:Elem>',
        b'<f:Struct rdf:parseType="Resource"><f:a>1</f:a></f:Struct>',
        b'<f:Seq><rdf:Seq><rdf:li>one</rdf:li><rdf:li xml:lang="de">zwei</rdf:li></rdf:Seq></f:Seq>',
    ]
    assert write({"Vibrance": 5}, PhotoMetadata(title="ours"), once) == once


def test_the_program_that_made_the_photo_stays_named() -> None:
    assert attributes_of(write({}))["xmp:CreatorTool"] == "Couloir 0.2.0"
    assert attributes_of(write({}, base=packet("xmp:CreatorTool='Camera 1.0'")))["xmp:CreatorTool"] == "Camera 1.0"


def test_several_descriptions_are_one_photo_and_the_first_of_two_values_counts() -> None:
    data = (
        f"{HEAD}<rdf:Description rdf:about='uuid:1' {PREFIXES} xmp:Rating='1' xmp:Label='Red'/>"
        f"<rdf:Description {PREFIXES} xmp:Rating='2'><xmp:Label>Blue</xmp:Label><dc:title>T</dc:title>"
        f"</rdf:Description>{TAIL}"
    ).encode()
    found = read_packet(data, "x").metadata
    assert (found.rating, found.label, found.title) == (1, "Red", "T")
    assert b'rdf:about="uuid:1"' in write({}, base=data)


def test_the_wrapper_and_padding_of_a_packet_do_not_matter() -> None:
    bare = packet("xmp:Label='Red'")
    wrapped = b"\xef\xbb\xbf<?xpacket begin='\xef\xbb\xbf' id='x'?>" + bare + b" \n" * 1000 + b"<?xpacket end='w'?>\0\0"
    assert read_packet(wrapped, "x") == read_packet(bare, "x")


def test_a_packet_without_our_stamp_is_somebody_elses() -> None:
    assert read_packet(packet("couloir:Library='l'"), "x").stamp is None
    assert read_packet(packet("tiff:ImageWidth='10'"), "x").image is None


def test_an_embedded_packet_names_no_sidecar() -> None:
    image = ImageFacts(30, 20, 1)
    base = packet("photoshop:SidecarForExtension='NEF'")
    written = write_packet(None, PhotoMetadata(), image, STAMP, base)
    assert read_packet(written, "x").image == image
    assert b"SidecarForExtension" not in written


def test_our_packet_begins_as_the_specification_wants() -> None:
    written = write({})
    assert written.startswith('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta '.encode())
    assert written.endswith(b'</x:xmpmeta>\n<?xpacket end="w"?>\n')


# --- hostile packets --------------------------------------------------------------------------------------------------

LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
HOSTILE = {
    "empty": b"",
    "zeros": b"\0" * 100,
    "text": b"hello",
    "cut": packet("xmp:Label='Red'")[:-20],
    "no rdf": b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
    "billion laughs": f"<!DOCTYPE x [<!ENTITY l0 'ha'>{LAUGHS}]>{HEAD}&l9;{TAIL}".encode(),
    "file entity": f"<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>{HEAD}&f;{TAIL}".encode(),
    "network dtd": f"<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>{HEAD}{TAIL}".encode(),
    "small doctype": f"<!doctype x>{HEAD}{TAIL}".encode(),
    "doctype in utf-16": f"<!DOCTYPE x [<!ENTITY a 'b'>]>{HEAD}&a;{TAIL}".encode("utf-16"),
    "unknown entity": packet("", "<dc:title>&nothing;</dc:title>"),
    "utf-16": packet("xmp:Label='Red'").decode().encode("utf-16"),
    "not utf-8": packet("xmp:Label='\udc80'"),
    "no namespace": b"<rdf:RDF/>",
    "two values": packet("xmp:Label='a' xmp:Label='b'"),
    "too large": packet("", " " * MAX_PACKET_BYTES),
    "too deep": packet("", "<dc:title>" * 5000 + "</dc:title>" * 5000),
    "a long text": packet("", f"<dc:title>{'x' * 11_000_000}</dc:title>"),
    "too many properties": packet(" ".join(f"xmp:A{n}='1'" for n in range(MAX_PROPERTIES))),
    "too many descriptions": f"{HEAD}{'<rdf:Description/>' * (MAX_PROPERTIES + 1)}{TAIL}".encode(),
    "too many fields": packet("", f"<crs:Look>{'<crs:A/>' * (MAX_PROPERTIES + 1)}</crs:Look>"),
    "other element": f"{HEAD}<rdf:Bag/>{TAIL}".encode(),
    "curve": packet("", "<crs:ToneCurvePV2012><rdf:Seq><rdf:li>0; 0</rdf:li></rdf:Seq></crs:ToneCurvePV2012>"),
    "far curve": packet(
        "", f"<crs:ToneCurvePV2012><rdf:Seq><rdf:li>0, {'9' * 400}</rdf:li></rdf:Seq></crs:ToneCurvePV2012>"
    ),
    "setting": packet("crs:Vibrance='much'"),
    "far setting": packet(f"crs:Exposure2012='{'9' * 5000}'"),
    "truth": packet("crs:ConvertToGrayscale='maybe'"),
    "look amount": packet("", "<crs:Look><rdf:Description crs:Amount='inf'/></crs:Look>"),
    "size": packet("tiff:ImageWidth='wide' tiff:ImageLength='1' tiff:Orientation='1'"),
    "far size": packet(f"tiff:ImageWidth='{'9' * 5000}' tiff:ImageLength='1' tiff:Orientation='1'"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_a_broken_or_hostile_packet_is_refused_in_one_line_with_its_name(data: bytes) -> None:
    with pytest.raises(BadXmp, match=r"IMG_1\.xmp") as refusal:
        read_packet(data, "IMG_1.xmp")
    assert "\n" not in refusal.value.message
    assert len(refusal.value.message) < 500


def test_an_unreadable_base_is_refused_in_the_versions_name() -> None:
    with pytest.raises(BadXmp, match="version"):
        write({}, base=b"<broken")


def test_the_deepest_packet_that_parses_is_read() -> None:
    deep = "<crs:Look>" + "<crs:A rdf:parseType='Resource'>" * 245 + "</crs:A>" * 245 + "</crs:Look>"
    assert read_packet(packet("", deep), "x").settings.keys() == {"Look"}


PIECES = st.sampled_from(
    [
        *("<crs:Look>", "</crs:Look>", "<rdf:Seq>", "</rdf:Seq>", "<rdf:li>", "</rdf:li>", "<rdf:Description>"),
        *("</rdf:Description>", "<crs:ToneCurvePV2012>", "</crs:ToneCurvePV2012>", "0, 0", "<rdf:Alt>", "</rdf:Alt>"),
        *("<dc:title>", "</dc:title>", "<crs:Vibrance/>", "<crs:Group/>", "<!-- c -->", "<?pi?>", "<![CDATA[x]]>"),
        *("<lr:hierarchicalSubject>", "</lr:hierarchicalSubject>", "<dc:subject>", "</dc:subject>", "<dc:creator/>"),
        *("<rdf:li xml:lang='x-default'>", "<crs:Parameters rdf:parseType='Resource'>", "</crs:Parameters>", "|", " "),
        *("<Iptc4xmpCore:CreatorContactInfo>", "</Iptc4xmpCore:CreatorContactInfo>", "<x/>", "&#0;", "&lt;", "&a;"),
    ]
)


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: packet("", text)))
def test_random_bytes_raise_nothing_but_bad_xmp(data: bytes) -> None:
    with contextlib.suppress(BadXmp):
        read_packet(data, "x")


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_arrangement_of_known_elements_does_anything_but_read_or_refuse(elements: str) -> None:
    data = packet("", elements)
    try:
        found = read_packet(data, "x")
    except BadXmp:
        return
    again = read_packet(write(None, found.metadata, data), "x")
    assert (again.metadata, again.settings) == (found.metadata, found.settings)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(SETTINGS)), st.text(st.characters(exclude_characters="<&'"), max_size=12) | st.just("1e400")
)
def test_a_setting_with_any_text_is_a_finite_value_or_refused(key: str, text: str) -> None:
    try:
        found = read_packet(packet(f"crs:{key}='{text}'"), "x").settings
    except BadXmp:
        return
    for value in found.values():
        assert not isinstance(value, int | float) or abs(value) < 1e300 or len(text) > 4


def test_a_packet_is_the_same_whatever_order_its_cleared_fields_come_in() -> None:
    fields = ["creator", "title", "city", "keywords"]
    one, other = (write_packet(None, PhotoMetadata(), IMAGE, STAMP, None, order) for order in (fields, fields[::-1]))
    assert one == other
