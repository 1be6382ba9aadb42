"""The service answers in the language that a request accepts, whatever it keeps in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from couloir.language.catalog import open_catalog
from couloir.migrate.handover.layout import HIDDEN, TRASH, lay_out
from couloir.service.http.answers import translate
from couloir.service.imports.wire import ReasonLine
from couloir.service.routes.jobs import JobView

if TYPE_CHECKING:
    from conftest import Client


def test_a_problem_is_in_the_language_of_its_request(client: Client) -> None:
    for accepted, detail in (
        ("de-CH, en;q=0.5", "Es gibt keinen Import"),
        ("fr", "Il n’y a pas d’importation"),
        ("ja-JP", "はありません"),
        ("pt", "There is no import"),
    ):
        answer = client.get(f"/v1/imports/{'a' * 32}", **{"Accept-Language": accepted})
        assert answer.status == 404
        assert detail in answer.json["detail"]


def test_the_page_of_a_link_follows_the_browser(client: Client) -> None:
    page = client.get("/report", **{"Accept-Language": "fr"}).body.decode()
    assert '<html lang="fr">' in page
    assert "Ouverture des photos…" in page


def test_reasons_are_translated_and_names_are_not() -> None:
    line = ReasonLine(
        kind="version", state="skipped", code="trash", sentence="In Aperture's trash.", advice="", count=1
    )
    told = translate(line, open_catalog("de"))
    assert msgspec.structs.asdict(told) == {
        **msgspec.structs.asdict(line),
        "sentence": "Liegt in Apertures Papierkorb.",
    }


def test_a_document_is_translated_where_it_speaks_to_people() -> None:
    result = {"outlook": [{"sentence": "It is in Lightroom.", "name": "It is in Lightroom."}], "count": 3}
    job: dict[str, Any] = dict.fromkeys(JobView.__struct_fields__) | {"messages": [], "result": result}
    told: Any = translate(JobView(**job), open_catalog("ja"))
    assert told.result == {
        "outlook": [{"sentence": "Lightroom に入っています。", "name": "It is in Lightroom."}],
        "count": 3,
    }


@pytest.mark.parametrize("language", ["de", "fr", "ja"])
def test_collections_that_couloir_names_have_names_of_the_language(language: str) -> None:
    catalog = open_catalog(language)
    assert {catalog.say(TRASH), catalog.say(HIDDEN)}.isdisjoint({TRASH, HIDDEN})
    assert lay_out([], [], catalog) == lay_out([], [])
