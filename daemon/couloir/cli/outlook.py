"""What a command says first of a library of which there is nothing to do."""

from __future__ import annotations

from couloir.aperture.library import Library


def none_shown(library: Library) -> str:
    """A sentence for a library whose versions are all hidden or in the trash; "" for any other."""
    if not library.counts()["versions"] or any(v.browsable and not v.in_trash for v in library.version_heads()):
        return ""
    return f"Aperture shows no photo of {library.info.path}; `couloir inspect` says why."
