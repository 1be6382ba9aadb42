"""A hook of MkDocs (mkdocs.yml): the site also has the models' cards, which lie beside docs/ and not in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = "models"


def on_files(files: Any, *, config: Any) -> Any:
    """Add each model's card to the pages of the site."""
    from mkdocs.structure.files import File  # where the site is built, not in the project's environment

    for card in sorted((PROJECT / FOLDER).glob("*-*.md")):
        files.append(File.generated(config, f"{FOLDER}/{card.name}", content=card.read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Let links to a card, which are right in the repository, lead to its page."""
    return markdown.replace(f"](../{FOLDER}/", f"]({FOLDER}/")
