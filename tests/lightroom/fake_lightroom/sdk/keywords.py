"""Keywords: made once each, told apart by parent and name whatever the case, read only with access to the catalog."""

from __future__ import annotations

from typing import Any

from ..catalog.records import Keyword
from ..errors import SdkError
from ..marshal import Ref
from ..registry import sdk
from ..session import Session
from ..tables.returned import Record
from .arguments import optional, ref, text


def _strings(full: str, name: str, value: Any) -> list[str]:
    if value is None or value == {}:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SdkError(f"{full}: {name} must be an array of strings")
    return value


def _refs(numbers: Any) -> list[Ref]:
    return [Ref("LrKeyword", number) for number in numbers]


@sdk("LrCatalog.createKeyword")
def create_keyword(
    lr: Session,
    _: int,
    name: Any,
    synonyms: Any = None,
    include_on_export: Any = None,
    parent: Any = None,
    return_existing: Any = None,
) -> Any:
    """The keyword; false for one that exists and is not to be returned, nil for one made in the same gate."""
    full = "LrCatalog:createKeyword"
    name = text(full, name)
    if not name.strip():
        raise SdkError(f"{full}: the name is empty")
    words = _strings(full, "synonyms", synonyms)
    exported = optional(full, "includeOnExport", include_on_export, bool)
    optional(full, "returnExisting", return_existing, bool)
    above = None if parent is None else ref(full, parent, "LrKeyword")
    if above is not None:
        lr.catalog.target(above)
    known = lr.catalog.by_name("Keyword", above, name)
    if known is not None:
        return Ref("LrKeyword", known) if return_existing is True else False
    assert lr.catalog.journal is not None
    key = ("Keyword", above, name.casefold())
    if key in lr.catalog.journal.names:
        return None
    keyword = Keyword(lr.catalog.new_id(), name, above, words, include_on_export=exported is not False)
    lr.catalog.journal.names[key] = keyword.id
    lr.catalog.bear(keyword)
    return Ref("LrKeyword", keyword.id)


@sdk("LrCatalog.getKeywords")
def get_keywords(lr: Session, _: int) -> list[Ref]:
    return _refs(lr.catalog.roots(lr.catalog.keywords))


@sdk("LrCatalog.getKeywordsByLocalId")
def get_keywords_by_local_id(lr: Session, _: int, ids: Any) -> list[Ref]:
    return _refs(number for number in (ids or []) if number in lr.catalog.keywords)


def _readable(lr: Session, number: int, name: str) -> Keyword:
    if lr.options.keyword_reads_need_access and not lr.runtime.ask("has_read_access"):
        raise SdkError(f"LrKeyword:{name}: must be called within a read or write access block")
    return lr.catalog.keyword(number)


@sdk("LrKeyword.getName")
def get_name(lr: Session, number: int) -> str:
    return _readable(lr, number, "getName").name


@sdk("LrKeyword.getParent")
def get_parent(lr: Session, number: int) -> Ref | None:
    parent = _readable(lr, number, "getParent").parent
    return None if parent is None else Ref("LrKeyword", parent)


@sdk("LrKeyword.getChildren")
def get_children(lr: Session, number: int) -> list[Ref]:
    return _refs(_readable(lr, number, "getChildren").children)


@sdk("LrKeyword.getSynonyms")
def get_synonyms(lr: Session, number: int) -> list[str]:
    return _readable(lr, number, "getSynonyms").synonyms


@sdk("LrKeyword.getPhotos")
def get_photos(lr: Session, number: int) -> list[Ref]:
    return [Ref("LrPhoto", photo) for photo in _readable(lr, number, "getPhotos").photos]


@sdk("LrKeyword.getAttributes")
def get_attributes(lr: Session, number: int) -> Record:
    """`keywordType` is there only for the keyword of a person."""
    keyword = _readable(lr, number, "getAttributes")
    values: dict[str, Any] = {
        "keywordName": keyword.name,
        "synonyms": keyword.synonyms,
        "includeOnExport": keyword.include_on_export,
    }
    if keyword.person:
        values["keywordType"] = "person"
    return Record("LrKeyword.getAttributes", values)


@sdk("LrKeyword.setAttributes")
def set_attributes(lr: Session, number: int, attributes: Any) -> bool:
    """Whether it was done: false when a neighbour has the name already. Adobe lists no keywordType here."""
    full = "LrKeyword:setAttributes"
    keyword = lr.catalog.target(number)
    assert isinstance(keyword, Keyword)
    if not isinstance(attributes, dict):
        raise SdkError(f"{full}: a table is needed")
    unknown = attributes.keys() - {"keywordName", "synonyms", "includeOnExport", "ignoreCase", "keywordType"}
    if unknown or (lr.options.keyword_type == "refused" and "keywordType" in attributes):
        unknown = unknown or {"keywordType"}
        raise SdkError(f"{full}: a keyword has no {sorted(unknown)[0]!r}")
    name = optional(full, "keywordName", attributes.get("keywordName"), str) or keyword.name
    exported = optional(full, "includeOnExport", attributes.get("includeOnExport"), bool)
    synonyms = _strings(full, "synonyms", attributes["synonyms"]) if "synonyms" in attributes else None
    kind = optional(full, "keywordType", attributes.get("keywordType"), str)

    def store() -> None:
        if name != keyword.name:
            lr.catalog.move(keyword, name=name, parent=keyword.parent)
        if exported is not None:
            keyword.include_on_export = exported
        if synonyms is not None:
            keyword.synonyms = synonyms
        if kind is not None and lr.options.keyword_type == "settable":
            keyword.person = kind == "person"

    neighbour = lr.catalog.by_name("Keyword", keyword.parent, name)
    if neighbour not in (None, keyword.id):
        return False
    lr.catalog.write(store)
    return True


@sdk("LrKeyword.setParent")
def set_parent(lr: Session, number: int, parent: Any = None) -> None:
    keyword = lr.catalog.target(number)
    assert isinstance(keyword, Keyword)
    above = None if parent is None else ref("LrKeyword:setParent", parent, "LrKeyword")
    lr.catalog.write(lambda: lr.catalog.move(keyword, name=keyword.name, parent=above))
