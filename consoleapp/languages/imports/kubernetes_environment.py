"""The variables of a container and what `$(NAME)` in its words becomes: Kubernetes fills it in, the call does not."""

import re
from collections.abc import Mapping
from typing import Any, Final

from consoleapp.domain.choices import FieldPath
from consoleapp.domain.container import EnvironmentVar
from consoleapp.domain.errors import _
from consoleapp.domain.flat import clear_text
from consoleapp.domain.secret import Secret, sounds_secret
from consoleapp.languages.imports.kubernetes_objects import Given
from consoleapp.languages.imports.kubernetes_reading import Reader, made
from consoleapp.languages.imports.yaml_tree import Mapped, Word, line_of

_DOLLAR: Final = re.compile(r"\$\$|\$\(([^)]*)\)")
_NOT_GIVEN: Final = _("{kind} {name} is not in this text: type the value.")
_NOT_THERE: Final = _("{kind} {name} of this text has no such entry: type the value.")
_SOUNDS_SECRET: Final = _("Its name sounds secret: it is kept as a secret.")
_NOT_FILLED_IN: Final = _("$({name}) is not known or secret, and the cloud does not fill it in: write it another way.")
# Characters that count as one value: what is filled in can grow without end.
_PIECE: Final = 64
# What the cloud replaces in the value of a variable; source: the vendor's page on metadata inside a container.
_MAGIC: Final[Mapping[str, str]] = {"metadata.name": "__ECI_NAME__"}
_REFERENCES: Final[Mapping[str, str]] = {"secretKeyRef": "Secret", "configMapKeyRef": "ConfigMap"}
_SOURCES: Final[Mapping[str, str]] = {"secretRef": "Secret", "configMapRef": "ConfigMap"}


class Environment:
    """The variables of one container, in order; of two with one name the last counts."""

    def __init__(self, reader: Reader, given: Given) -> None:
        self._reader, self._given = reader, given
        self._found: dict[str, EnvironmentVar] = {}

    def read(self, container: Mapped, path: str) -> tuple[EnvironmentVar, ...]:
        """Return the variables that `envFrom` and `env` say."""
        for word, item, line in self._reader.items(container.get("envFrom"), f"{path}.envFrom"):
            self._take_all(self._reader.mapping(item, f"{path}.envFrom.{word}", line), f"{path}.envFrom.{word}")
        for word, item, line in self._reader.items(container.get("env"), f"{path}.env"):
            self._take(self._reader.mapping(item, f"{path}.env.{word}", line), f"{path}.env.{word}")
        return tuple(self._found.values())

    def filled_in(self, words: tuple[str, ...], path: str, line: int | None) -> tuple[str, ...]:
        """Return the words of a command, with what `$(NAME)` stands for; a secret is not put there."""
        return tuple(self._filled_in(word, path, line)[0] for word in words)

    def _filled_in(self, text: str, path: str, line: int | None, *, with_secrets: bool = False) -> tuple[str, bool]:
        """Return the text with what `$(NAME)` stands for, and whether a secret is in it now."""
        used: list[str | Secret] = []

        def fill_in(found: re.Match[str]) -> str:
            name = found[1]
            if found[0] == "$$":
                return "$"
            value = self._found[name].value if name in self._found else None
            # An empty secret is one that nobody has typed yet.
            if isinstance(value, str) or (value and with_secrets):
                self._reader.count(1 + len(value) // _PIECE)
                used.append(value)
                return clear_text(value)
            if name in self._found:
                self._reader.change(path, _NOT_FILLED_IN, line, name=name)
            return found[0]

        return _DOLLAR.sub(fill_in, text), any(isinstance(value, Secret) for value in used)

    def _take(self, item: Mapped, path: str) -> None:
        reader = self._reader
        name = reader.text(item.get("name"), f"{path}.name") or ""
        line = line_of(item)
        for key in item:
            if key not in ("name", "value", "valueFrom"):
                reader.leave(f"{path}.{key}", item.lines.get(key))
        if item.get("valueFrom") is not None:
            self._reference(name, reader.mapping(item["valueFrom"], f"{path}.valueFrom"), path, line)
        else:
            text = reader.text(item.get("value"), path, line) or ""
            self._set(name, self._value(name, text, path, line), path, line)

    def _value(self, name: str, text: str, path: str, line: int | None) -> str | Secret:
        """Return the value of a variable, secret where its name sounds so or where one is filled in."""
        value, is_secret = self._filled_in(text, path, line, with_secrets=True)
        return Secret(value) if is_secret else self._judged(name, value, path, line)

    def _judged(self, name: str, value: str, path: str, line: int | None) -> str | Secret:
        if not value or not sounds_secret(name):
            return value
        self._reader.change(path, _SOUNDS_SECRET, line)
        return Secret(value)

    def _reference(self, name: str, source: Mapped, path: str, line: int | None) -> None:
        for key, value in source.items():
            subject, at = f"{path}.valueFrom.{key}", source.lines.get(key)
            reference = self._reader.mapping(value, subject, at)
            if key in _REFERENCES:
                self._entry(name, _REFERENCES[key], reference, subject, at)
            elif key == "fieldRef":
                self._field(name, str(reference.get("fieldPath") or ""), subject, at)
            else:
                self._reader.leave(subject, at)

    def _field(self, name: str, field_path: str, subject: str, line: int | None) -> None:
        if field_path in list(FieldPath):
            self._set(name, None, subject, line, field_path=field_path)
        elif field_path in _MAGIC:
            says = _("The cloud puts the name in the place of {word}.")
            self._reader.change(subject, says, line, word=_MAGIC[field_path])
            self._set(name, _MAGIC[field_path], subject, line)
        else:
            self._reader.leave(subject, line)

    def _entry(self, name: str, kind: str, reference: Mapped, subject: str, line: int | None) -> None:
        source, key = (str(_word(reference.get(word))) for word in ("name", "key"))
        entries = self._given.find(kind, source)
        value = (entries or {}).get(key)
        if value is None:
            if _word(reference.get("optional")) == "true":
                self._reader.leave(subject, line)
                return
            says = _NOT_GIVEN if entries is None else _NOT_THERE
            self._reader.change(subject, says, line, kind=kind, name=source)
            value = Secret("") if kind == "Secret" else ""
        self._set(name, self._judged(name, value, subject, line) if isinstance(value, str) else value, subject, line)

    def _take_all(self, source: Mapped, path: str) -> None:
        prefix = _word(source.get("prefix"))
        for key, value in source.items():
            line = source.lines.get(key)
            if key == "prefix":
                continue
            if key not in _SOURCES:
                self._reader.leave(f"{path}.{key}", line)
                continue
            kind, name = _SOURCES[key], _word(self._reader.mapping(value, f"{path}.{key}", line).get("name"))
            entries = self._given.find(kind, name)
            if entries is None:
                says = _("{kind} {name} is not in this text: add its variables.")
                self._reader.leave(f"{path}.{key}", line, says, kind=kind, name=name)
            self._reader.count(len(entries or ()))
            for entry, text in (entries or {}).items():
                own = text if isinstance(text, Secret) else self._judged(prefix + entry, text, f"{path}.{entry}", line)
                self._found[prefix + entry] = _variable(prefix + entry, own)

    def _set(self, name: str, value: str | Secret | None, path: str, line: int | None, field_path: str = "") -> None:
        if name in self._found:
            self._reader.change(path, _("{name} stands more than once: the last counts."), line, name=name)
        self._found[name] = _variable(name, value, field_path)


def _variable(name: str, value: str | Secret | None, field_path: str = "") -> EnvironmentVar:
    variable: EnvironmentVar = made(EnvironmentVar, {"key": name, "value": value, "field_path": field_path})
    return variable


def _word(tree: Any) -> str:
    return str(tree) if isinstance(tree, Word) else ""
