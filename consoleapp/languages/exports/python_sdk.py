"""The request as a Python program with the vendor's SDK, alibabacloud-eci20180808.

Names follow from the wire keys: an attribute is the key in snake case, a nested class is called by the keys above it.
Source: alibabacloud-eci20180808 2.1.0; a test compares with the classes of the installed one.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

from consoleapp.domain import wire
from consoleapp.domain.errors import _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import Record
from consoleapp.languages.exports.exported import Blank, Exported, Holds, Lost, Told, blanks_of

# Attributes that do not follow from the key.
_ODD: Final = {"VSwitchId": "v_switch_id"}
# Keys that the SDK does not know.
UNKNOWN: Final = frozenset({"MaxPendingMinute"})
_WORD_END: Final = re.compile(r"(?<=[a-z])(?=[A-Z0-9])")
# How long a list of texts on one line may be.
_LINE: Final = 100
_INDENT: Final = "    "

_HEAD: Final = '''\
"""Creates a container group of Alibaba Cloud Elastic Container Instance.

Needs: pip install alibabacloud-eci20180808
Takes from the environment:
'''
# The variables of the account's key.
_KEY: Final = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
_ENCODED: Final = '''

def encoded(path: str) -> str:
    """Return the content of the file in Base64."""
    with open(path, "rb") as file:
        return base64.b64encode(file.read()).decode()
'''
_CLIENT: Final = f"""

def main() -> None:
    client = Client(
        Config(
            access_key_id=os.environ["{_KEY[0]}"],
            access_key_secret=os.environ["{_KEY[1]}"],
            region_id=REGION,
            endpoint=ENDPOINT,
        )
    )
    request = """
_FOOT: Final = """
    answer = client.create_container_group(request)
    print(answer.body.container_group_id)


if __name__ == "__main__":
    main()
"""

# A value and its text on the wire, or what stands below a key.
_Leaf = tuple[Any, str]
_Tree = dict[str, Any]


def write(spec: ContainerGroupSpec) -> Exported:
    """Return the program; keys and secrets are taken from environment variables, files are named by them."""
    values = wire.to_values(spec)
    lost = tuple(Lost(wire.field_path(key) or key, values[key][1]) for key in values if key in UNKNOWN)
    request = _made(_tree({key: value for key, value in values.items() if key not in UNKNOWN}), (), _INDENT)
    blanks = tuple(blanks_of(spec))
    client = _CLIENT.replace("REGION", _text(spec.region_id))
    client = client.replace("ENDPOINT", _text(f"eci.{spec.region_id}.aliyuncs.com"))
    told = (
        Told(_("It needs the package {name}."), {"name": "alibabacloud-eci20180808"}),
        Told(_("Secrets can stand in the errors of the SDK: keep them out of logs.")),
    )
    parts = (_head(blanks), _imports(blanks, request), _ENCODED if _has_file(blanks) else "", client, request, _FOOT)
    return Exported("".join(parts), lost=lost, told=told[: 2 if blanks else 1])


def _head(blanks: Iterable[Blank]) -> str:
    names = [*_KEY]
    names += [f"{each.variable}, the path of a file" if each.holds is Holds.FILE else each.name for each in blanks]
    return "".join((_HEAD, *(f"    {name}\n" for name in names), '"""\n\n'))


def _imports(blanks: Iterable[Blank], request: str) -> str:
    modules = (("base64", _has_file(blanks)), ("json", "json.dumps(" in request), ("os", True))
    return "".join(
        (
            *(f"import {name}\n" for name, is_used in modules if is_used),
            "\nfrom alibabacloud_eci20180808 import models\n",
            "from alibabacloud_eci20180808.client import Client\n",
            "from alibabacloud_tea_openapi.models import Config\n",
        )
    )


def _has_file(blanks: Iterable[Blank]) -> bool:
    return any(each.holds is Holds.FILE for each in blanks)


def _tree(values: Mapping[str, _Leaf]) -> _Tree:
    """Return the parameters by the parts of their keys: ``Tag.1.Key`` is below ``Tag``, below ``1``."""
    root: _Tree = {}
    for key, leaf in values.items():
        *above, last = key.split(".")
        below = root
        for word in above:
            below = below.setdefault(word, {})
        below[last] = leaf
    return root


def _made(below: _Tree, path: tuple[str, ...], indent: str) -> str:
    """Return the call that makes the object for what stands below these keys."""
    inner = indent + _INDENT
    arguments = (f"{inner}{attribute(key)}={_value(value, (*path, key), inner)},\n" for key, value in below.items())
    return f"models.CreateContainerGroupRequest{''.join(path)}(\n{''.join(arguments)}{indent})"


def _value(value: _Tree | _Leaf, path: tuple[str, ...], indent: str) -> str:
    if not isinstance(value, dict):
        return _literal(*value, indent)
    if "1" not in value:
        return _made(value, path, indent)
    items = [_value(item, path, indent + _INDENT) for item in value.values()]
    if not any(isinstance(item, dict) for item in value.values()) and sum(map(len, items)) < _LINE:
        return f"[{', '.join(items)}]"
    return "[\n{}{}]".format("".join(f"{indent}{_INDENT}{item},\n" for item in items), indent)


def _literal(value: Any, text: str, indent: str) -> str:
    """Return the value as Python has it; ``text`` is what the wire has."""
    if isinstance(value, Blank):
        variable = f'os.environ["{value.variable}"]'
        return f"encoded({variable})" if value.holds is Holds.FILE else variable
    if isinstance(value, bool | int):
        return repr(value)
    # The SDK would send a very small number with an exponent, but a text as it is.
    if isinstance(value, Decimal) and "e" not in repr(float(value)):
        return repr(float(value))
    if isinstance(value, tuple) and isinstance(value[0], Record):
        return _json(value, indent)
    return _text(text)


def _json(options: Iterable[Any], indent: str) -> str:
    """Return how to make a JSON text of these options."""
    inner = indent + _INDENT
    pairs = ((option.name, _literal(option.value, str(option.value), inner)) for option in options)
    entries = "".join(f"{inner}{_INDENT}{_text(name)}: {value},\n" for name, value in pairs)
    return f"json.dumps(\n{inner}{{\n{entries}{inner}}},\n{inner}ensure_ascii=False,\n{indent})"


def _text(text: str) -> str:
    """Return a text as a literal, in double quotes where none have to be escaped."""
    literal = repr(text)
    return literal if literal[0] == '"' or '"' in text else f'"{literal[1:-1]}"'


@cache
def attribute(key: str) -> str:
    """Return what the SDK calls the part of a wire key."""
    return _ODD.get(key) or _WORD_END.sub("_", key).lower()
