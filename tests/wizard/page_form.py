"""The wizard's form as a browser without JavaScript would send it: read from the page, changed, posted."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

CHECKABLE = ("checkbox", "radio")


class _Reader(HTMLParser):
    """Collects what the form `step` would send: controls inside of it and those that name it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.buttons: list[str] = []
        self.action = ""
        self._inside = False
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._textarea: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = dict(attrs)
        if tag == "form" and got.get("id") == "step":
            self._inside, self.action = True, got.get("action") or ""
        if (not self._inside and got.get("form") != "step") or "disabled" in got:
            return
        name = got.get("name") or ""
        if tag == "button" and name == "do":
            self.buttons.append(got.get("value") or "")
        elif tag == "input" and name:
            self._take_input(name, got)
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((got.get("value") or "", "selected" in got))
        elif tag == "textarea":
            self._textarea = (name, [])

    def _take_input(self, name: str, got: dict[str, str | None]) -> None:
        kind = got.get("type") or "text"
        if kind in CHECKABLE and "checked" not in got:
            return
        self._take(name, got.get("value") or ("on" if kind == "checkbox" else ""))

    def _take(self, name: str, value: str) -> None:
        if name != "csrfmiddlewaretoken":
            self.sent.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._textarea[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select" and self._select:
            name, options = self._select
            chosen = [value for value, selected in options if selected] or [value for value, _s in options[:1]]
            self._select = None
            for value in chosen:
                self._take(name, value)
        elif tag == "textarea" and self._textarea:
            name, parts = self._textarea
            self._textarea = None
            self._take(name, "".join(parts).removeprefix("\n"))


@dataclass
class StepForm:
    """The page's form: `sent` is what pressing a button now would send."""

    client: Client
    url: str
    html: str
    sent: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)

    def press(self, do: str, **changed: Any) -> Any:
        """The answer to pressing the button, with these fields typed first (`__` stands for `-`)."""
        data = {**self.sent, **{name.replace("__", "-"): value for name, value in changed.items()}, "do": do}
        return self.client.post(self.url, {name: value for name, value in data.items() if value is not None})

    def go(self, do: str, **changed: Any) -> "StepForm":
        """The form of the page to which pressing the button leads."""
        answer = self.press(do, **changed)
        assert answer.status_code == 303, answer.status_code
        return open_step(self.client, answer["Location"])


def open_step(client: Client, url: str) -> StepForm:
    """The form of the step at this address; redirects are followed."""
    answer = client.get(url, follow=True)
    assert answer.status_code == 200, (url, answer.status_code)
    return read(client, answer)


def read(client: Client, answer: Any) -> StepForm:
    """The form in this answer."""
    html = answer.content.decode()
    reader = _Reader()
    reader.feed(html)
    return StepForm(client, reader.action, html, reader.sent, reader.buttons)
