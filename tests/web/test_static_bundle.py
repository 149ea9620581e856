"""The one style sheet: its order, and that every finder's caller gets it."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from consoleapp.web.static_bundle import BUNDLE, SOURCES, AppFinder, BundleFinder, joined


def test_declares_the_layers_before_anything_uses_one() -> None:
    text = Path(str(finders.find(BUNDLE))).read_text(encoding="utf-8")
    assert text.startswith("@layer reset, tokens, base, layout, forms, components, features;")


def test_names_every_style_sheet_there_is() -> None:
    folder = BundleFinder().source
    assert {path.stem for path in folder.glob("*.css")} == set(SOURCES)


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "tokens"])
def test_only_the_tokens_spell_a_colour(name: str) -> None:
    text = (BundleFinder().source / f"{name}.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", text) == []


def test_is_written_again_when_a_source_has_changed(tmp_path: Path) -> None:
    finder = BundleFinder()
    finder.source = tmp_path / "css"
    finder.location = tmp_path / "out"
    finder.source.mkdir()
    for name in SOURCES:
        (finder.source / f"{name}.css").write_text(f".{name} {{}} /* taken out */\n", encoding="utf-8")
    first = Path(str(finder.find(BUNDLE)))
    assert first.read_text(encoding="utf-8") == joined(finder.source)
    assert "taken out" not in first.read_text(encoding="utf-8")

    (finder.source / "base.css").write_text(".later {}\n", encoding="utf-8")
    finder.find(BUNDLE)
    assert ".later" in first.read_text(encoding="utf-8")


@pytest.mark.parametrize("other", ["css/base.css", "js/console.js", ""])
def test_leaves_every_other_file_to_the_other_finders(other: str) -> None:
    assert BundleFinder().find(other) == []


def test_hands_the_bundle_to_collectstatic() -> None:
    listed = dict(BundleFinder().list(None))
    assert list(listed) == [BUNDLE]
    assert listed[BUNDLE].exists(BUNDLE)


def test_collects_what_the_pages_of_the_admin_load_and_no_libraries_for_its_forms() -> None:
    listed = {path for path, _storage in AppFinder().list(None)}
    assert {"admin/css/base.css", "admin/css/changelists.css", "admin/js/theme.js"} <= listed
    assert [path for path in listed if "vendor" in path and path.startswith("admin")] == []
