"""The OpenAPI document is generated from the routes; schemathesis sends what it allows and what it forbids."""

from __future__ import annotations

import json
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate

from couloir.service.http.problems import STATUS, CouloirError, title_of

# Of each operation, both ways; `scripts/test.py --explore` multiplies them as those of every property test.
EXAMPLES = 12 * int(os.environ.get("COULOIR_EXAMPLES", "1"))


@pytest.fixture(scope="module")
def document(shared_client):
    return shared_client.get("/v1/openapi.json").json


def test_the_document_is_openapi(document):
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_route_but_ping_and_the_doorstep_of_the_page_asks_for_the_token(document):
    open_to_all = [path for path, methods in document["paths"].items() for op in methods.values() if not op["security"]]
    # The browser has no token: it comes with a ticket that was given for one.
    assert open_to_all == ["/ping", "/report", "/report/open.js", "/report/views"]


def test_every_error_is_documented_as_a_problem(document):
    for path, methods in document["paths"].items():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_every_refusal_has_its_own_code_and_a_title_a_person_can_read():
    errors = [error for error in STATUS if error is not CouloirError]
    codes = [error.code for error in errors]
    assert len(codes) == len(set(codes))
    assert {title_of(error) for error in errors} >= {"Foreign host", "Unknown job", "Disk full"}


@pytest.mark.hypothesis
@pytest.mark.timeout(1200)  # half a minute of work, but hundreds of requests that a busy computer keeps waiting
def test_the_service_keeps_to_its_document_whatever_is_sent(shared_client, document):
    """All checks of schemathesis, on data that fits the document and on data that does not."""
    schema = schemathesis.openapi.from_dict(document)
    tried = []
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            if mode is schemathesis.GenerationMode.NEGATIVE and not _can_be_wrong(operation):
                continue
            _attack(operation, mode, shared_client)
        tried.append(operation.label)
    described = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert set(tried) == described


def _can_be_wrong(operation) -> bool:
    return bool(list(operation.body) or list(operation.query) or list(operation.path_parameters))


def _attack(operation, mode, client) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attack(case) -> None:
        case.call_and_validate(
            base_url=f"http://127.0.0.1:{client.port}", headers={"Authorization": f"Bearer {client.token}"}
        )

    given(case=operation.as_strategy(generation_mode=mode))(attack)()


def test_the_document_is_the_same_for_the_same_code(shared_client, document):
    assert json.dumps(document) == json.dumps(shared_client.get("/v1/openapi.json").json)
