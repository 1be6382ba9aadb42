"""The small changes that are tried on Python source, each of which a test should notice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from mutation.mutant import Mutant

IMPURE: Final = frozenset(
    {"ctypes", "io", "logging", "os", "pathlib", "shutil", "sqlite3", "subprocess", "tempfile", "threading", "time"}
)
"""A module that imports one of these does more than compute."""

_COMPARISONS: Final = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Is: "is not",
    ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
_ARITHMETIC: Final = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "*", ast.Pow: "*",
    ast.BitAnd: "|", ast.BitOr: "&",
}  # fmt: skip


def is_pure(source: str) -> bool:
    """Whether a module only computes: it reads and writes nothing but its arguments, as far as its imports tell."""
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    return not imported & IMPURE


def mutants(source: str) -> list[Mutant]:
    """Every change that is still Python, from top to bottom. Annotations, docstrings and sentences stay as they are."""
    tree = ast.parse(source)
    skipped = _not_behaviour(tree)
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))

    def place(line: int, column: int) -> int:
        start = lines[line - 1]
        return start + len(source[start : lines[line]].encode()[:column].decode())

    found = {
        Mutant(node.lineno, start, end, replacement, f"{source[start:end].strip()} -> {replacement.strip()}")
        for node in ast.walk(tree)
        if isinstance(node, ast.expr | ast.stmt) and id(node) not in skipped
        for start, end, replacement in _changes(node, source, place)
    }
    ordered = sorted(found, key=lambda each: (each.start, each.what))
    return [each for each in ordered if _compiles(each.applied(source))]


def _changes(node: ast.expr | ast.stmt, source: str, place: object) -> Iterator[tuple[int, int, str]]:
    assert callable(place)
    start, end = place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset)
    match node:
        case ast.Compare(ops=[operator], left=left, comparators=[right]) if type(operator) in _COMPARISONS:
            between = place(left.end_lineno, left.end_col_offset), place(right.lineno, right.col_offset)
            yield *between, _around(source, between, f" {_COMPARISONS[type(operator)]} ")
        case ast.BinOp(op=operator, left=left, right=right) if type(operator) in _ARITHMETIC:
            between = place(left.end_lineno, left.end_col_offset), place(right.lineno, right.col_offset)
            yield *between, _around(source, between, f" {_ARITHMETIC[type(operator)]} ")
        case ast.BoolOp(op=operator, values=[left, right, *_]):
            between = place(left.end_lineno, left.end_col_offset), place(right.lineno, right.col_offset)
            yield *between, _around(source, between, " or " if isinstance(operator, ast.And) else " and ")
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield start, end, f"bool({ast.unparse(operand)})"
        case ast.Constant(value=bool() as value):
            yield start, end, str(not value)
        case ast.Constant(value=int() | float() as number):
            yield start, end, repr(number + 1 if isinstance(number, int) else number * 1.25 + 0.01)
        case ast.Constant(value=str() as text) if text and " " not in text:
            yield start, end, repr(text + "~")
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            inside = place(test.lineno, test.col_offset), place(test.end_lineno, test.end_col_offset)
            yield *inside, f"(not ({source[inside[0] : inside[1]]}))"
        case ast.Return(value=ast.expr()):
            yield start, end, "return None"
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield start, end, "pass"


def _around(source: str, between: tuple[int, int], operator: str) -> str:
    """The operator, with the brackets that stood beside the old one."""
    text = source[between[0] : between[1]]
    return ")" * text.count(")") + operator + "(" * text.count("(")


def _not_behaviour(tree: ast.Module) -> set[int]:
    """What a test need not notice: annotations, docstrings, messages of exceptions, and names of what is exported."""
    found: set[int] = set()
    for node in ast.walk(tree):
        away: list[ast.AST | None] = []
        match node:
            case ast.AnnAssign(annotation=annotation):
                away = [annotation]
            case ast.FunctionDef(returns=returns, args=arguments, decorator_list=decorators):
                every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
                away = [returns, *(each.annotation for each in every), *decorators]
            case ast.ClassDef(decorator_list=decorators, bases=bases, keywords=keywords):
                away = [*decorators, *bases, *keywords]
            case ast.Raise() | ast.Assert() | ast.Import() | ast.ImportFrom():
                away = [node]
            case ast.Expr(value=ast.Constant()):
                away = [node]
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                away = [node]
            case ast.Call(func=ast.Name(id="TypeVar" | "cast" | "NewType")):
                away = [node]
        found.update(id(inner) for each in away if each is not None for inner in ast.walk(each))
    return found


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
