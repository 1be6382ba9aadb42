"""The selection and the sources of the filmstrip, LrSelection, and LrFolder in its simplest form."""

from __future__ import annotations

import itertools
from typing import Any

from ..catalog.search import matching
from ..errors import RuleBroken
from ..marshal import Ref
from ..registry import sdk, sdk_property
from ..session import Session
from .arguments import photo_ids, ref

ALL_PHOTOS = "all_photos"


def _photos(ids: Any) -> list[Ref]:
    return [Ref("LrPhoto", number) for number in ids]


@sdk("LrCatalog.getTargetPhoto")
def get_target_photo(lr: Session, _: int) -> Ref | None:
    chosen = lr.selected_photos()
    return Ref("LrPhoto", chosen[0]) if chosen else None


@sdk("LrCatalog.getTargetPhotos")
def get_target_photos(lr: Session, _: int) -> list[Ref]:
    """The selection, or, when nothing is selected, the whole filmstrip."""
    return _photos(lr.selected_photos() or lr.visible_photos())


@sdk("LrCatalog.getMultipleSelectedOrAllPhotos")
def get_multiple_selected_or_all(lr: Session, _: int) -> list[Ref]:
    chosen = lr.selected_photos()
    return _photos(chosen if len(chosen) > 1 else lr.visible_photos())


@sdk("LrCatalog.setSelectedPhotos")
def set_selected_photos(lr: Session, _: int, active: Any, others: Any) -> None:
    full = "LrCatalog:setSelectedPhotos"
    first = ref(full, active, "LrPhoto")
    rest = [number for number in photo_ids(full, others) if number != first]
    visible = set(lr.visible_photos())
    if first not in visible:
        return  # what the source, a filter or a collapsed stack does not show cannot be selected
    # Shown only after the next turn of the tasks, as if by the user.
    lr.runtime.ask("hurry")
    lr.waits.later(0, lambda: _select(lr, first, [number for number in rest if number in visible]))


def _select(lr: Session, active: int, others: list[int]) -> tuple[()]:
    lr.active, lr.others = active, others
    return ()


@sdk("LrCatalog.getActiveSources")
def get_active_sources(lr: Session, _: int) -> list[Any]:
    return [ALL_PHOTOS if lr.filmstrip is None else lr.filmstrip.source]


@sdk("LrCatalog.setActiveSources")
def set_active_sources(lr: Session, _: int, sources: Any) -> None:
    chosen = sources if isinstance(sources, list) else [sources]
    if chosen == [ALL_PHOTOS]:
        lr.filmstrip = None
        return
    for source in chosen:
        if not isinstance(source, Ref) or source.kind not in ("LrCollection", "LrCollectionSet", "LrFolder"):
            raise RuleBroken("LrCatalog:setActiveSources takes catalog.kAllPhotos, collections, sets or folders")
    lr.filmstrip = Filmstrip(lr, chosen)


@sdk("LrCatalog.getCurrentViewFilter")
def get_current_view_filter(lr: Session, _: int) -> Any:
    return lr.view_filter


@sdk("LrCatalog.setViewFilter")
def set_view_filter(lr: Session, _: int, view_filter: Any) -> None:
    """An empty table switches it off; the table that getCurrentViewFilter gave switches it on again."""
    if view_filter not in ({}, []) and (lr.hidden_by is None or view_filter != lr.hidden_by[0]):
        raise RuleBroken("LrCatalog:setViewFilter was given a filter that getCurrentViewFilter has not")
    off = view_filter in ({}, []) or lr.hidden_by is None
    lr.view_filter, lr.hides = ({}, None) if off or lr.hidden_by is None else lr.hidden_by


class Filmstrip:
    """The photos of the chosen sources, asked anew each time."""

    def __init__(self, lr: Session, sources: list[Ref]) -> None:
        self._lr = lr
        self._sources = sources
        self.source = sources[0] if len(sources) == 1 else sources

    def __call__(self) -> list[int]:
        shown = (collection_photos(self._lr, s.id) for s in self._sources if s.kind == "LrCollection")
        return list(dict.fromkeys(itertools.chain.from_iterable(shown)))


def collection_photos(lr: Session, collection_id: int) -> list[int]:
    collection = lr.catalog.collection(collection_id)
    if collection.search is not None:
        return matching(lr.catalog, collection.search)
    return list(collection.photos)


@sdk_property("LrCatalog.kAllPhotos")
def all_photos(lr: Session, _: int) -> str:
    return ALL_PHOTOS


# LrSelection --------------------------------------------------------------------------------------------------------


@sdk("LrSelection.selectAll")
def select_all(lr: Session) -> None:
    shown = lr.visible_photos()
    lr.active, lr.others = (shown[0], shown[1:]) if shown else (None, [])


@sdk("LrSelection.selectNone")
def select_none(lr: Session) -> None:
    lr.active, lr.others = None, []


@sdk("LrSelection.removeFromCatalog")
def remove_from_catalog(lr: Session) -> None:
    """Removes the selected photos; masters take their virtual copies along."""
    for number in lr.selected_photos():
        if number in lr.catalog.photos:
            lr.catalog.remove_photo(lr.catalog.photos[number])
    lr.active, lr.others = None, []
