"""The guide lists every route, every error and every shape as the code has them."""

from __future__ import annotations

import pytest

import make_api_docs


@pytest.fixture(scope="module")
def page() -> str:
    return make_api_docs.PAGE.read_text(encoding="utf-8")


def test_the_generated_parts_are_up_to_date(page):
    assert make_api_docs.updated(page) == page, "run scripts/make_api_docs.py"


def test_every_route_is_documented(page, shared_client):
    document = shared_client.get("/v1/openapi.json").json
    described = [f"`{m.upper()} {path}`" for path, methods in document["paths"].items() for m in methods]
    assert len(described) > 30
    assert [route for route in described if route not in page] == []


def test_every_error_of_the_service_is_documented_with_what_to_do(page):
    errors = make_api_docs.service_errors()
    assert len(errors) > 25
    assert [error.code for error in errors if f"`{error.code}`" not in page or error.advice not in page] == []
