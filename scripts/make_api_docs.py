"""Writes the generated parts of docs/daemon.md, the guide to the service's interface: its routes and its errors.

python3 scripts/make_api_docs.py           writes them
python3 scripts/make_api_docs.py --check   says whether they are out of date (a test runs this)
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from couloir.errors import CouloirError
from couloir.service.app import create_app
from couloir.service.http import problems
from couloir.service.http.api import Api
from couloir.service.jobs.jobs import Jobs
from couloir.service.jobs.journal import Journal
from couloir.service.libraries.roots import Roots
from couloir.service.process.settings import ServiceSettings
from couloir.service.services import Services

PAGE = Path(__file__).resolve().parent.parent / "docs" / "daemon.md"
_PART = re.compile(r"(<!-- begin (\w+), written by scripts/make_api_docs.py -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def main() -> int:
    text = PAGE.read_text(encoding="utf-8")
    fresh = updated(text)
    if fresh == text:
        return 0
    if "--check" in sys.argv:
        print("docs/daemon.md is out of date; run scripts/make_api_docs.py")
        return 1
    PAGE.write_text(fresh, encoding="utf-8", newline="\n")
    print("wrote docs/daemon.md")
    return 0


def updated(page: str) -> str:
    """The page with its generated parts as the code has them now."""
    parts = {"routes": _routes, "shapes": _shapes, "errors": _errors}
    document = interface()
    return _PART.sub(lambda match: f"{match[1]}\n{parts[match[2]](document)}\n{match[3]}", page)


def interface() -> dict[str, Any]:
    """The OpenAPI document of a service with all routes."""
    found: list[Api] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = ServiceSettings(state_dir=Path(folder))
        journal = Journal(settings.journal_file)
        jobs = Jobs(journal, 1, 1)
        services = Services(settings=settings, token="", jobs=jobs, roots=Roots(settings.roots_file))
        create_app(services, [lambda api, _services: found.append(api)])
        jobs.stop(1)
        services.close()
        journal.close()
    return found[0].document()


def _routes(document: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| `{method.upper()} {path}` | {operation['summary']} | {_request(operation)} | {_answer(operation)} |"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    return f"| route | what it does | takes | answers |\n|---|---|---|---|\n{rows}\n"


def _request(operation: dict[str, Any]) -> str:
    queries = [f"`{each['name']}`" for each in operation["parameters"] if each["in"] == "query"]
    if any(each["name"] == "Idempotency-Key" for each in operation["parameters"]):
        queries.append("Idempotency-Key")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    name = None if body is None else _name(body)
    return ", ".join([*([_link(name)] if name not in (None, "NoBody") else []), *queries]) or "-"


def _answer(operation: dict[str, Any]) -> str:
    status, response = next(item for item in operation["responses"].items() if item[0].startswith("2"))
    [(kind, content)] = response["content"].items()
    name = _name(content["schema"])
    return f"{status} {kind if name is None else _link(name)}"


def _shapes(document: dict[str, Any]) -> str:
    return "\n".join(
        section
        for name, schema in sorted(document["components"]["schemas"].items())
        if name not in ("NoBody", "NoQuery")
        for section in _shape(name, schema)
    )


def _shape(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"### {name}\n"
    description = " ".join(schema.get("description", "").split())
    if description:
        yield f"{description}\n"
    if "enum" in schema:
        yield f"One of {', '.join(f'`{value}`' for value in schema['enum'])}.\n"
    if "properties" in schema:
        required = set(schema.get("required", ()))
        yield "| field | type | |\n|---|---|---|"
        for field, kind in schema["properties"].items():
            default = kind.get("default")
            note = "" if field in required else "optional" if default in (None, "") else f"optional, `{_json(default)}`"
            yield f"| `{field}` | {_type(kind)} | {note} |"
        yield ""


def _json(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _type(kind: dict[str, Any]) -> str:
    name = _name(kind)
    if name is not None:
        return _link(name)
    if "anyOf" in kind:
        return " or ".join(dict.fromkeys(_type(each) for each in kind["anyOf"]))
    if kind.get("type") == "array":
        return f"array of {_type(kind['items'])}" if kind.get("items") else "array"
    return str(kind.get("type", "any"))


def _name(schema: dict[str, Any]) -> str | None:
    return schema["$ref"].rsplit("/", 1)[-1] if "$ref" in schema else None


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _errors(_document: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| {problems.status_of(error)} | `{error.code}` | {' '.join((error.__doc__ or '').split())} | {error.advice} |"
        for error in sorted(service_errors(), key=lambda each: (problems.status_of(each), each.code))
    )
    return f"| status | code | what happened | what to do next |\n|---|---|---|---|\n{rows}\n"


def service_errors() -> list[type[CouloirError]]:
    """The errors that only the service knows."""
    return [
        each
        for each in vars(problems).values()
        if isinstance(each, type) and issubclass(each, CouloirError) and each.__module__ == problems.__name__
    ]


if __name__ == "__main__":
    sys.exit(main())
