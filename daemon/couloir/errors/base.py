"""The root of all errors: a message, a code, an exit code and advice."""

from __future__ import annotations

from typing import ClassVar


class CouloirError(Exception):
    """{what}"""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    advice: ClassVar[str] = "Run `couloir --verbose` with the same arguments and report what it prints."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What happened, to which item: one line, no advice."""
        template = type(self).__doc__ or "{what}"
        return " ".join(template.format(**self.facts).split())

    def __str__(self) -> str:
        return f"{self.message} {self.advice}"
