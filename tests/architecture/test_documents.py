"""What the documents say of the code is there: variables, versions, files, targets of make."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

import consoleapp

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob(".github/**/*.md")]
OPERATING = ROOT / "docs" / "operating.md"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def variables() -> set[str]:
    """The environment variables that settings.py reads: the first argument of each reader of env.py."""
    calls = (
        node for node in ast.walk(ast.parse(read(ROOT / "consoleapp" / "settings.py"))) if isinstance(node, ast.Call)
    )
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_every_variable_has_its_row_and_every_row_its_variable() -> None:
    rows = [line.split(" | ")[0] for line in read(OPERATING).splitlines() if line.startswith("| `")]
    named = re.findall(r"`([A-Z][A-Z_]+)`", " ".join(rows))
    assert len(named) == len(set(named))
    assert set(named) == variables()
    assert "CONSOLE_CLOUD" in named


def test_the_readme_is_short() -> None:
    assert len(read(ROOT / "README.md").splitlines()) <= 90


def test_the_newest_change_is_of_this_version() -> None:
    assert re.findall(r"^## (\S+)", read(ROOT / "CHANGELOG.md"), re.MULTILINE)[0] == consoleapp.__version__


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(document))
    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_target_that_it_names_is_there(document: Path) -> None:
    text = read(document)
    files = re.findall(r"`((?:[\w.-]+/)+(?:[\w-]+\.(?:py|html|css|json|md|yaml))?)`", text)
    # `var/` is made by the first start.
    places = [ROOT, ROOT / "consoleapp", ROOT / "consoleapp" / "wizard"]
    assert [file for file in files if file != "var/" and not any((place / file).exists() for place in places)] == []
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)(?=`| {2,})", text)) <= targets
