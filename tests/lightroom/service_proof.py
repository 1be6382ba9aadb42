"""The proof that an answer comes from the service, for answers that tests make up."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from couloir.service.http.proof import NONCE, PROOF, of_answer

Sign = Callable[[Mapping[str, str], str, int, str], Mapping[str, str]]


def signed_by(*runtime_files: Path) -> Sign:
    """Answers with the proof that the service of the first of these runtime files that is there would give."""

    def sign(headers: Mapping[str, str], url: str, status: int, body: str) -> Mapping[str, str]:
        file = next((file for file in runtime_files if file.exists()), None)
        if file is None:
            return {}
        token, port = json.loads(file.read_bytes())["token"], urlsplit(url).port or 80
        return {PROOF: of_answer(token, port, headers[NONCE], status, body.encode())}

    return sign


def signed_for(home: Path) -> Sign:
    """Like `signed_by`, for the service of the user with that home, on either system."""
    places = (("Library", "Application Support"), ("AppData", "Local"))
    return signed_by(*(home.joinpath(*steps, "couloir", "daemon.json") for steps in places))
