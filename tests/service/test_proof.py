"""Plug-in and service prove to each other that they hold the same token without sending it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from couloir.service.doctor import Verdict, check_running
from couloir.service.http import proof
from couloir.service.process.runtime import describe_self, publish

NONCE = "0123456789abcdef-nonce"


def _signed(client: Any, path: str, nonce: str = NONCE, port: int | None = None, token: str | None = None) -> Any:
    mac = proof.of_request(token or client.token, port or client.port, nonce)
    return client.call("GET", path, headers={"Authorization": f"Couloir {mac}", "Couloir-Nonce": nonce})


def test_the_mac_is_hmac_as_rfc_2104_writes_it() -> None:
    key, message = b"key".ljust(64, b"\0"), b"request\n1\nn"
    inner = hashlib.md5(bytes(k ^ 0x36 for k in key) + message, usedforsecurity=False).digest()
    outer = hashlib.md5(bytes(k ^ 0x5C for k in key) + inner, usedforsecurity=False)
    assert proof.of_request("key", 1, "n") == outer.hexdigest()


def test_a_request_with_a_proof_needs_no_token(shared_client: Any) -> None:
    assert _signed(shared_client, "/v1/jobs").status == 200


@pytest.mark.parametrize(
    "wrong",
    [{"token": "another-token"}, {"port": 1}, {"nonce": ""}, {"nonce": "short"}, {"nonce": "x" * 65}],
    ids=str,
)
def test_a_wrong_proof_is_refused(shared_client: Any, wrong: dict[str, Any]) -> None:
    assert _signed(shared_client, "/v1/jobs", **wrong).status == 401


def test_a_proof_is_of_one_nonce_and_no_answers_proof(shared_client: Any) -> None:
    for mac in (
        proof.of_request(shared_client.token, shared_client.port, NONCE),
        proof.of_answer(shared_client.token, shared_client.port, NONCE + "2", 200, b""),
        "",
    ):
        headers = {"Authorization": f"Couloir {mac}", "Couloir-Nonce": NONCE + "2"}
        assert shared_client.call("GET", "/v1/jobs", headers=headers).status == 401


@pytest.mark.parametrize(
    ("path", "status"), [("/ping", 200), ("/v1/jobs", 200), ("/v1/jobs/none", 404), ("/v1/jobs?limit=x", 422)]
)
def test_each_answer_to_a_nonce_is_proven(shared_client: Any, path: str, status: int) -> None:
    answer = _signed(shared_client, path)
    assert answer.status == status
    expected = proof.of_answer(shared_client.token, shared_client.port, NONCE, status, answer.body)
    assert answer.headers["Couloir-Proof"] == expected


def test_whoever_has_no_token_may_ask_the_service_who_it_is(shared_client: Any) -> None:
    answer = shared_client.call("GET", "/ping", headers={"Authorization": None, "Couloir-Nonce": NONCE})
    expected = proof.of_answer(shared_client.token, shared_client.port, NONCE, 200, answer.body)
    assert answer.headers["Couloir-Proof"] == expected
    assert "Couloir-Proof" not in shared_client.get("/ping").headers


def test_the_doctor_tells_a_service_from_an_impostor(shared_client: Any, tmp_path: Any) -> None:
    file = tmp_path / "daemon.json"
    publish(file, describe_self(shared_client.port, shared_client.token))
    assert check_running(file).verdict is Verdict.OK
    publish(file, describe_self(shared_client.port, "the token of a service that has died"))
    row = check_running(file)
    assert row.verdict is Verdict.BAD
    assert "another program answers" in row.detail
