"""The templates of the report: every value is escaped, and one that is missing is an error."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


@cache
def load_template(name: str) -> Template:
    """A template of this folder, by its name. Compiling one takes longer than writing a small page."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("couloir.migrate.report", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
