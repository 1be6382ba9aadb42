"""The house rules that code can check: floors, errors, documentation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "daemon" / "couloir"
PLUGIN = PACKAGE.parent.parent / "lrplugin" / "Couloir.lrplugin"

# A room may import the rooms to its left, and itself. The cellars are below all of them, and import none.
CELLARS = {"errors", "language"}
FLOORS = {
    **{cellar: set[str]() for cellar in CELLARS},
    "color": set[str](),
    "aperture": set[str](),
    "lightroom": set[str](),
    "engines": {"color", "aperture", "lightroom"},
    "profiles": {"color", "aperture", "lightroom", "engines"},
    "derive": {"color", "aperture", "lightroom", "engines", "profiles"},
    "destinations": {"color", "aperture", "lightroom", "engines", "profiles", "derive"},
    "refine": {"color", "aperture", "lightroom", "engines", "profiles", "derive", "destinations"},
    "learn": {"color", "aperture", "lightroom", "engines", "profiles", "derive", "destinations", "refine"},
    "migrate": {"color", "aperture", "lightroom", "engines", "profiles", "derive", "destinations", "refine"},
    "service": {
        *("color", "aperture", "lightroom", "engines", "profiles", "derive", "destinations", "refine"),
        *("learn", "migrate"),
    },
    "cli": {
        *("color", "aperture", "lightroom", "engines", "profiles", "derive", "destinations", "refine"),
        *("learn", "migrate", "service"),
    },
}


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", sorted(FLOORS))
def test_a_floor_imports_only_from_floors_below_it(room: str) -> None:
    climbing = [
        f"{file.relative_to(PACKAGE)} imports {name}"
        for file in sorted((PACKAGE / room).rglob("*.py"))
        for name in _imports(file)
        if name.startswith("couloir.")
        and (target := name.split(".")[1]) in FLOORS
        and target != room
        and target not in {*(CELLARS if room not in CELLARS else ()), *FLOORS[room]}
    ]
    assert climbing == []


def test_every_room_has_a_floor() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms <= set(FLOORS)


def test_nothing_swallows_every_exception() -> None:
    broad = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert broad == []


def test_pictures_are_decoded_behind_one_door() -> None:
    """Whatever else opens one would be without the limits of `couloir.engines.decoding`."""
    elsewhere = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file in sorted(PACKAGE.rglob("*.py"))
        if file.parent != PACKAGE / "engines" / "decoding"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and ast.unparse(node) in ("Image.open", "ImageFile.Parser"))
        or (isinstance(node, ast.Import | ast.ImportFrom) and "rawpy" in ast.unparse(node))
    ]
    assert elsewhere == []


def _modules() -> dict[str, Path]:
    names = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return names


def test_no_rooms_import_each_other_in_a_circle() -> None:
    modules = _modules()
    arrows = {
        name: {
            target
            for imported in _imports(file)
            for target in (imported, imported.rpartition(".")[0])
            if target in modules and target != name and modules[target].name != "__init__.py"
        }
        for name, file in modules.items()
    }
    # Whoever imports nothing that is left is taken away, until only circles are left.
    while done := {name for name, targets in arrows.items() if not targets & arrows.keys()}:
        for name in done:
            del arrows[name]
    left = {name: sorted(targets & arrows.keys()) for name, targets in arrows.items()}
    assert left == {}


@pytest.mark.parametrize(("floor", "most"), [("service", 16), ("migrate", 24)])
def test_a_folder_holds_no_more_rooms_than_one_can_overlook(floor: str, most: int) -> None:
    folders = [PACKAGE / floor, *(path.parent for path in (PACKAGE / floor).rglob("*/__init__.py"))]
    crowded = {
        str(folder.relative_to(PACKAGE)): count
        for folder in folders
        if (count := sum(1 for file in folder.glob("*.py") if file.name != "__init__.py")) > most
    }
    assert crowded == {}


# A function is a verb phrase (docs/architecture.md, "Names"): `escape_text(text)`, never `escaped(text)`.
_PARTICIPLES = frozenset(
    """
    begun bound broken brought built caught chosen done drawn felt found given gone heard held hidden kept known left
    learnt lost made meant seen sent shown spelt spoilt taken taught thrown told torn understood undone unread untold
    written
    """.split()  # noqa: SIM905 - a list of words is easier to read so
)
_LOOK_LIKE_PARTICIPLES = frozenset({"bring", "embed", "feed", "need", "nothing", "seed", "speed", "spring"})

# Names that are participles for a reason.
_EXCUSED = {
    "migrate/ledger/reasons.py": "each function is the state that its reason explains: `denied(place)`",
    "service/http/strangers.py": "`received` overrides waitress' method of that name",
}


def _is_bare_participle(name: str) -> bool:
    return name in _PARTICIPLES or (
        "_" not in name and name.endswith(("ed", "ing")) and name not in _LOOK_LIKE_PARTICIPLES
    )


def _public_functions(file: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for room in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))):
        yield from (node for node in room.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))


def _gives_a_part(function: ast.FunctionDef) -> bool:
    """Properties are nouns or adjectives; the block of a context manager reads `with writing(path):`."""
    decorators = [ast.unparse(each) for each in function.decorator_list]
    return any("property" in each or each.endswith((".setter", "contextmanager")) for each in decorators)


def test_a_public_function_is_no_bare_participle() -> None:
    named = [
        f"{file.relative_to(PACKAGE)}: {function.name}"
        for file in sorted(PACKAGE.rglob("*.py"))
        if file.relative_to(PACKAGE).as_posix() not in _EXCUSED
        for function in _public_functions(file)
        if _is_bare_participle(function.name) and not _gives_a_part(function)
    ]
    assert named == []


@pytest.mark.parametrize("name", sorted(_EXCUSED))
def test_every_excuse_for_a_name_is_needed(name: str) -> None:
    assert any(_is_bare_participle(function.name) for function in _public_functions(PACKAGE / name))


# A class is a noun. These names of the HTTP API are published: clients read them in its schema (docs/daemon.md).
_PUBLISHED_SHAPES = {
    "service/routes/report.py": {"Decided", "Opened"},
    "service/routes/derivations.py": {"Translated"},
    "service/match/wire.py": {"Rendered", "Settled"},
    "service/jobs/journal.py": {"Wanted"},
}


def test_a_class_is_a_noun_and_no_participle() -> None:
    named: dict[str, set[str]] = {}
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ClassDef) or not node.name.istitle() or node.name.endswith("ing"):
                continue
            if _is_bare_participle(node.name.lower()):
                named.setdefault(file.relative_to(PACKAGE).as_posix(), set()).add(node.name)
    assert named == _PUBLISHED_SHAPES


# The glossary (docs/architecture.md, "Words") in public names: a word on the left has one of the meanings on the right,
# which have words of their own, or it has one meaning only and stands for nothing else.
_NOT_THE_WORD = {
    "matching matchings matcher": "match (one photo), session (many photos), identify (which version a photo is)",
    "fitter fitting fitted": "match (a look), fit (numbers from samples)",
    "refinement refinements refining refiner": "session, match",
    "look looks looking looked": "look is what a photo looks like; the act is to read, find, check, explore",
    "registry registries": "the registry of models; else what the table holds",
    "shelf shelves": "folder, libraries",
    "taking taken": "import, accept",
}

# Where such a word is right after all: by file and name ("" for the file's own name).
_RIGHT_WORDS = {
    "it is the look of a photo or of a camera profile": {
        "engines/dng/render.py": {"apply_look"},
        "lightroom/enhanced/look.py": {"", "look", "table_of_look"},
        "migrate/handover/choice.py": {"Looks"},
        "migrate/matched_looks.py": {"", "MatchedLooks"},
        "migrate/photos.py": {"write_looks"},
        "migrate/run.py": {"write_matched_looks"},
        "migrate/report/look_pictures.py": {""},
        "migrate/report/look_store.py": {"", "LookStore"},
        "migrate/report/looks.py": {"", "Look", "look_of_match", "look_of_comparison"},
        "profiles/baselines.py": {"looks"},
        "profiles/fit.py": {"Look"},
        "service/match/photo.py": {"look_of"},
        "Looks.lua": {""},
        "LookOptions.lua": {""},
    },
    "it is the registry of models": {
        "derive/residual/registry.py": {"", "Registry", "read_registry", "registry_bytes"},
    },
    "the HTTP API publishes it: a path, a shape, or a code that clients read": {
        "service/http/problems.py": {"UnknownRefinement"},
        "migrate/handover/content.py": {"Look"},
        "service/match/wire.py": {
            "LookView",
            "RefinementList",
            "RefinementPhoto",
            "RefinementRequest",
            "RefinementView",
        },
        "service/routes/refinements.py": {"", "refinement_routes"},
    },
    "it is the command `couloir looks`": {"cli/looks.py": {""}},
    "it is the command `couloir learn look`": {"cli/learn_data.py": {"look"}, "cli/learn_look.py": {""}},
}


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def _public_names() -> Iterator[tuple[str, str, str]]:
    """Every public name of the package and the plug-in: (file, name or "", what is named)."""
    for file in sorted(PACKAGE.rglob("*.py")):
        place = file.relative_to(PACKAGE)
        yield place.as_posix(), "", place.parent.name if file.name == "__init__.py" else file.stem
        tree = ast.parse(file.read_text(encoding="utf-8"))
        classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        names = [each.name for each in classes if not each.name.startswith("_")]
        for name in (*names, *(function.name for function in _public_functions(file))):
            yield place.as_posix(), name, name
    for file in sorted(PLUGIN.glob("*.lua")):
        yield file.name, "", file.stem
        text = file.read_text(encoding="utf-8")
        for name in re.findall(r"^function \w+[.:](\w+)", text, re.MULTILINE):
            yield file.name, name, name


def test_public_names_use_the_words_of_the_glossary() -> None:
    wrong = {word for words in _NOT_THE_WORD for word in words.split()}
    found: dict[str, set[str]] = {}
    for file, name, named in _public_names():
        if _words(named) & wrong:
            found.setdefault(file, set()).add(name)
    assert found == {file: names for files in _RIGHT_WORDS.values() for file, names in files.items()}
