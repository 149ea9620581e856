"""Every text for people can be translated: makemessages finds it, and it is translated when it is shown."""

import ast
import importlib
import io
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

import consoleapp
from consoleapp.domain import region
from consoleapp.domain.errors import DomainError
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import Choice, Many
from consoleapp.domain.schema import Record, fields_of
from tests.registries.install import has_gettext

# Django's functions that are given texts, with how many.
FUNCTIONS = {"gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
# Imports every module while each translation at once fails.
IMPORT_ALL = """
import importlib, sys
import django.utils.translation as translation
def fail(*texts): raise AssertionError(f"translated while it was imported: {texts}")
for name in ("gettext", "ngettext", "pgettext", "npgettext"): setattr(translation, name, fail)
import django
django.setup()
for name in sys.argv[1:]: importlib.import_module(name)
"""


def modules() -> list[str]:
    """All modules of the console but those that run when they are imported."""
    found = (each.name for each in pkgutil.walk_packages(consoleapp.__path__, "consoleapp."))
    return [name for name in found if not name.endswith(("__main__", ".asgi"))]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, frozenset[str]]:
    """What makemessages says, and the texts that it finds."""
    if not has_gettext():
        pytest.skip("gettext is not installed")
    # It writes beside what it reads.
    root = tmp_path_factory.mktemp("texts")
    for name in ("consoleapp", "templates"):
        shutil.copytree(settings.BASE_DIR / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setattr(settings, "LOCALE_PATHS", [root / "locale"])
        call_command("makemessages", locale=["xx"], keep_pot=True, stdout=said, stderr=said)
    return said.getvalue(), texts_of(root / "locale" / "django.pot")


def texts_of(pot: Path) -> frozenset[str]:
    texts = re.findall(r'^msgid(?:_plural)? ((?:"[^\n]*"\n)+)', pot.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset("".join(map(ast.literal_eval, text.splitlines())) for text in texts)


def sentences() -> Iterator[str]:
    """Of the domain, of every kind of its errors, and the names of regions: what the pages translate by a variable."""
    yield from region.NAMES.values()
    for name in modules():
        module = importlib.import_module(name)
        if name.startswith("consoleapp.domain."):
            yield from getattr(module, "SENTENCES", {}).values()
    kinds = [DomainError]
    for kind in kinds:
        yield from kind.sentences.values()
        kinds += kind.__subclasses__()


def declared() -> Iterator[str]:
    """Return every label, hint and word of a choice that the fields of the request declare."""
    records: list[type[Record]] = [ContainerGroupSpec]
    for record in records:
        if record.one_of is not None:
            yield from (record.one_of.label, record.one_of.hint, *(case.label for case in record.one_of.cases))
        for field in fields_of(record).values():
            yield from (field.label, field.hint, field.says)
            choice = field.kind.item if isinstance(field.kind, Many) else field.kind
            if isinstance(choice, Choice):
                # A word without a label is called by itself, as the cloud calls it.
                yield from (label for word, label in choice.labels().items() if label != (word or "AMD64"))
            records += field.kind.records().values()


def arguments(path: Path) -> Iterator[ast.expr]:
    """What is given to Django's translation as a text, whatever name a module gives it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    names = {
        alias.asname or alias.name: FUNCTIONS[alias.name]
        for node in imports
        if node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FUNCTIONS
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names:
            yield from call.args[: names[call.func.id]]


def test_makemessages_warns_of_nothing(collected: tuple[str, frozenset[str]]) -> None:
    assert collected[0] == "processing locale xx\n"


def test_every_sentence_of_the_domain_is_collected(collected: tuple[str, frozenset[str]]) -> None:
    told = set(sentences())
    assert "A value is required." in told
    assert told - collected[1] == set()


def test_every_text_of_the_declared_fields_is_collected(collected: tuple[str, frozenset[str]]) -> None:
    told = set(declared()) - {""}
    assert "Active deadline" in told
    assert told - collected[1] == set()


def test_every_text_in_the_code_is_collected(collected: tuple[str, frozenset[str]]) -> None:
    told = [each for path in Path(consoleapp.__path__[0]).rglob("*.py") for each in arguments(path)]
    literals = {str(each.value) for each in told if isinstance(each, ast.Constant)}
    assert "Too many checks are running." in literals
    assert literals - collected[1] == set()
    # What comes by a variable is one of the sentences above.
    variables = [ast.unparse(each) for each in told if not isinstance(each, ast.Constant)]
    assert [text for text in variables if "sentence" not in text.lower()] == []


def test_no_text_is_translated_while_a_module_is_imported() -> None:
    command = [sys.executable, "-c", IMPORT_ALL, *modules()]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
