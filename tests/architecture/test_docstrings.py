"""Docstrings of functions begin with a verb. Ruff's D401 sees no properties and not every word; this sees the rest."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# How descriptions begin that say what a thing is, and not what the function does.
NO_VERB = re.compile(
    r"(the|an?|all|any|both|each|every\w*|false|groups|how|if|no|nothing|of|one|seconds|that|this|true|what\w*|when"
    r"|where|whether|which|who|whole|whose|why)\b",
    re.IGNORECASE,
)


def unfinished() -> set[Path]:
    """The files that ruff lets off."""
    ignores = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]["per-file-ignores"]
    return {path for pattern, codes in ignores.items() if "D401" in codes for path in found(pattern)}


def found(pattern: str) -> Iterator[Path]:
    """The files of a pattern, which may name several in braces."""
    names = re.search(r"\{(.*)\}", pattern)
    for name in names[1].split(",") if names else [""]:
        each = re.sub(r"\{.*\}", name, pattern)
        yield from ROOT.glob(f"{each}/*.py" if each.endswith("**") else each)


def nouns(path: Path) -> list[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [each.name for each in functions if NO_VERB.match(ast.get_docstring(each) or "")]


def test_what_a_function_does_is_said_with_a_verb() -> None:
    finished = set((ROOT / "consoleapp").rglob("*.py")) - unfinished()
    assert ROOT / "consoleapp" / "urls.py" in finished
    assert {str(path): names for path in sorted(finished) if (names := nouns(path))} == {}
