"""A text in another language becomes a draft: told first, chosen from, opened, and mended where it is wrong."""

from playwright.sync_api import expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import BASIC, Visitor
from tests.gallery.journeys import COMPOSE, RUN


def _at_import(visitor: Visitor) -> Visitor:
    visitor.page.goto("/")
    visitor.link("Import").click()
    expect(visitor.field("What you have")).to_be_focused()
    return visitor


def test_paste_choose_and_open(visitor: Visitor) -> None:
    text = _at_import(visitor).field("What you have")
    text.fill(COMPOSE)
    preview = visitor.page.locator("#import-preview")
    expect(preview).to_contain_text("It looks like Compose.")
    expect(preview.get_by_role("heading", name="Left out, and why")).to_be_visible()
    assert "swordfish" not in preview.inner_html()
    preview.get_by_role("checkbox", name="web").uncheck()
    expect(preview.get_by_role("heading", name="web", exact=True)).to_have_count(0)
    expect(preview.get_by_role("checkbox", name="web")).to_be_focused()
    expect(text).to_have_value(COMPOSE)
    visitor.button("Open as a draft").click()
    visitor.is_at(BASIC)
    expect(visitor.field("Image")).to_have_value("postgres")


def test_the_first_of_what_is_wrong_has_the_focus_in_the_draft(visitor: Visitor) -> None:
    _at_import(visitor).field("What you have").fill(COMPOSE.replace('"8080:80"', '"8080:80", "80:bad"'))
    expect(visitor.page.locator("#import-preview")).to_contain_text("has to be typed")
    visitor.button("Open as a draft").click()
    visitor.is_at(BASIC)
    expect(visitor.page.locator("[aria-invalid=true]").first).to_be_visible()
    expect(visitor.main.get_by_role("alert")).to_contain_text("POSTGRES_PASSWORD")


def test_by_keys_alone(visitor: Visitor) -> None:
    page = _at_import(visitor).page
    page.keyboard.insert_text(RUN)
    expect(page.locator("#import-preview")).to_contain_text("It looks like docker run.")
    for _press in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "import-open":
            break
    page.keyboard.press("Enter")
    visitor.is_at(BASIC)
    expect(visitor.field("Image")).to_have_value("nginx")
    assert "swordfish" not in page.content()


def test_a_file_is_dropped_or_chosen(visitor: Visitor) -> None:
    page = _at_import(visitor).page
    text = visitor.field("What you have")
    file = page.get_by_label("Or a file")
    file.set_input_files({"name": "compose.yaml", "mimeType": "text/yaml", "buffer": COMPOSE.encode()})
    expect(text).to_have_value(COMPOSE)
    expect(visitor.button("Open as a draft")).to_be_visible()
    file.set_input_files({"name": "x.bin", "mimeType": "text/plain", "buffer": b"\xff\xfe"})
    expect(page.locator("#live")).to_contain_text("no text in UTF-8")
    expect(text).to_have_value(COMPOSE)
    text.evaluate(
        """(area, line) => {
            const files = new DataTransfer();
            files.items.add(new File([line], "run.sh"));
            area.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
        }""",
        RUN,
    )
    expect(text).to_have_value(RUN)
    expect(page.locator("#import-preview")).to_contain_text("It looks like docker run.")


def test_another_kind_is_one_press_and_an_error_stands_at_the_text(visitor: Visitor) -> None:
    text = _at_import(visitor).field("What you have")
    text.fill("hello")
    said = visitor.page.locator("#import-said")
    expect(said).to_contain_text("nothing that the console understands")
    text.fill(COMPOSE)
    expect(said).to_be_empty()
    visitor.button("docker run").click()
    expect(said.get_by_role("alert")).to_be_visible()
    expect(visitor.button("docker run")).to_have_attribute("aria-pressed", "true")
    visitor.button("As it looks").click()
    expect(said).to_be_empty()
    expect(visitor.button("Open as a draft")).to_be_visible()


def test_without_a_script(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    text = _at_import(visitor).field("What you have")
    text.fill(COMPOSE)
    visitor.button("Show what becomes of it").click()
    expect(text).to_have_value(COMPOSE)
    visitor.page.get_by_role("checkbox", name="web").uncheck()
    visitor.button("Open as a draft").click()
    expect(visitor.main.get_by_text("has changed since")).to_be_visible()
    visitor.button("Open as a draft").click()
    visitor.is_at(BASIC)
    expect(visitor.field("Image")).to_have_value("postgres")
