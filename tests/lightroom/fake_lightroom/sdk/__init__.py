"""What each SDK member does. Importing this package registers all of them."""

from . import catalog, collections, develop, dialogs, export, files, http, keywords, photo, selection, strings, system

__all__ = [
    "catalog",
    "collections",
    "develop",
    "dialogs",
    "export",
    "files",
    "http",
    "keywords",
    "photo",
    "selection",
    "strings",
    "system",
]
