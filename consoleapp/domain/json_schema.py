"""JSON Schema 2020-12 of the whole request, made of what its fields declare.

A record is an object of its fields by their names; what is not sent is left out. What several fields say together
(``rules.py``) is not in it: a document that the schema admits may still be refused.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from consoleapp.domain import kinds
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import Field, Kind, Record, fields_of, is_required

Schema = dict[str, Any]
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema() -> Schema:
    """Return the schema of a container group; the records that it is made of stand under ``$defs``."""
    definitions: dict[str, Schema] = {}
    whole = _record(ContainerGroupSpec, definitions)
    return {"$schema": DIALECT, **whole, "$defs": definitions}


def _record(record: type[Record], definitions: dict[str, Schema], without: tuple[str, ...] = ()) -> Schema:
    declared = {name: field for name, field in fields_of(record).items() if name not in without}
    return {
        "type": "object",
        "properties": {name: _field(field, definitions) for name, field in declared.items()},
        "required": [name for name in declared if is_required(record, name)],
        "additionalProperties": False,
    }


def _field(declared: Field, definitions: dict[str, Schema]) -> Schema:
    texts = {"title": declared.label, "description": " ".join(filter(None, (declared.hint, _unit(declared))))}
    return {**_value(declared.kind, definitions), **{name: text for name, text in texts.items() if text}}


def _unit(declared: Field) -> str:
    return f"In {declared.unit}." if declared.unit else ""


def _value(kind: Kind, definitions: dict[str, Schema]) -> Schema:
    if isinstance(kind, kinds.One):
        return _reference(kind.record, definitions, kind.without)
    if isinstance(kind, kinds.OneOf):
        return {"oneOf": [_with_word(word, kind, definitions) for word in kind.choices]}
    if isinstance(kind, kinds.Many):
        most = {} if kind.most is None else {"maxItems": kind.most}
        return {"type": "array", "items": _value(kind.item, definitions), **most}
    return _leaf(kind)


def _reference(record: type[Record], definitions: dict[str, Schema], without: tuple[str, ...] = ()) -> Schema:
    name = "Without".join((record.__name__, *("".join(map(str.title, word.split("_"))) for word in without)))
    if name not in definitions:
        definitions[name] = _record(record, definitions, without)
    return {"$ref": f"#/$defs/{name}"}


def _with_word(word: str, kind: kinds.OneOf, definitions: dict[str, Schema]) -> Schema:
    """Return the schema of one kind of record; ``kind`` says which it is."""
    made = _record(kind.choices[word], definitions)
    properties = {"kind": {"const": word}, **made["properties"]}
    return {**made, "title": word, "properties": properties, "required": ["kind", *made["required"]]}


def _leaf(kind: Kind) -> Schema:
    match kind:
        case kinds.Flag():
            return {"type": "boolean"}
        case kinds.Whole(least, most):
            return {"type": "integer", "minimum": least, "maximum": most}
        case kinds.Number(most):
            # A text, so that nothing is lost on the way through somebody's floating point.
            limit = "" if most is None else f", {most:f} at the most"
            return {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,12})?$", "$comment": f"above 0{limit}"}
        case kinds.Choice():
            return {"enum": [word.value for word in kind.words if word.value]}
    return {"type": "string", **_text(kind)}


def _text(kind: Kind) -> Mapping[str, Any]:
    match kind:
        case kinds.Text(longest) | kinds.MaybeSecretText(longest):
            return {"maxLength": longest}
        case kinds.SecretText(longest):
            return {"maxLength": longest, "writeOnly": True}
        case kinds.SecretFile(most_bytes):
            return {"maxLength": most_bytes, "writeOnly": True}
        case kinds.Matching(pattern):
            return {"pattern": _ecma(pattern)}
        case kinds.AbsolutePath():
            return {"pattern": "^/"}
        case kinds.RelativePath():
            return {"pattern": "^(?!/)"}
        case kinds.IpAddress(version):
            return {"format": f"ipv{version}"} if version else {"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}
    return {"minLength": 1}


def _ecma(pattern: re.Pattern[str]) -> str:
    """Return the pattern of a whole text as JSON Schema spells it, which knows no ``\\Z``."""
    return f"^(?:{pattern.pattern.replace(chr(92) + 'Z', '$')})$"
