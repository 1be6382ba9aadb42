"""Mutual authentication: plug-in and service prove that they hold the same token, without sending it.

HMAC-MD5 (RFC 2104) with the token of the runtime file as key: LrMD5 is the hash that every version of Lightroom's SDK
has. MD5's collisions do not affect HMAC (RFC 6151, section 2.3): a forger needs the key, 256 random bits of one start
of the service. Each proof has a label, so that it cannot be used as another: an answer's covers the client's nonce, its
status and body; a request's covers the nonce. The port is in both, so that a proof for one port is useless at another.
"""

from __future__ import annotations

import hmac
import re
from typing import Final

NONCE: Final = "Couloir-Nonce"
PROOF: Final = "Couloir-Proof"
SCHEME: Final = "couloir"
_NONCE: Final = re.compile(r"[0-9A-Za-z_-]{16,64}")


def usable(nonce: str) -> bool:
    return _NONCE.fullmatch(nonce) is not None


def of_request(token: str, port: int, nonce: str) -> str:
    """The value that a client sends as `Authorization: Couloir ...` in place of the token."""
    return _mac(token, f"request\n{port}\n{nonce}".encode("ascii"))


def of_answer(token: str, port: int, nonce: str, status: int, body: bytes) -> str:
    """The value of the answer's header Couloir-Proof."""
    return _mac(token, f"answer\n{port}\n{nonce}\n{status}\n".encode("ascii") + body)


def _mac(token: str, message: bytes) -> str:
    return hmac.new(token.encode("ascii"), message, "md5").hexdigest()
