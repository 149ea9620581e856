"""Every template is shown by something: a view, another template, or a library that looks it up by its name."""

from pathlib import Path

import pytest
from django.contrib import admin

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates"
# Looked up by Django, django-allauth and django-crispy-forms.
BY_NAME = {
    "403.html",
    "404.html",
    "account/messages/logged_in.txt",
    "account/messages/password_changed.txt",
    "console/whole_uni_form.html",
}
# Those of ours that stand in the place of one of its own.
ADMIN = Path(admin.__file__).parent / "templates"
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for folder, kinds in ((TEMPLATES, "*"), (ROOT / "consoleapp", "*.py"))
    for path in folder.rglob(kinds)
    if path.is_file() and "__pycache__" not in path.parts
}


@pytest.mark.parametrize("name", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*")))
def test_every_template_is_used(name: str) -> None:
    own = TEMPLATES / name
    is_known = name in BY_NAME or (ADMIN / name).is_file()
    assert is_known or any(f'"{name}"' in text for path, text in SOURCES.items() if path != own)
