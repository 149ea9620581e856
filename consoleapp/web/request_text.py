"""The parameters of a request as text for people: in a fixed order, aligned, secret values masked."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

MASK: Final = "••••••••"
# The first words of keys in the order of the wizard's pages; others follow by name.
_ORDER: Final = (
    "RegionId",
    "ZoneId",
    "VSwitchId",
    "SecurityGroupId",
    "ScheduleStrategy",
    "ContainerGroupName",
    "RestartPolicy",
    "Cpu",
    "Memory",
    "InstanceType",
    "ComputeCategory",
    "AutoMatchImageCache",
    "EphemeralStorage",
    "Container",
    "InitContainer",
    "Volume",
    "AutoCreateEip",
    "EipInstanceId",
    "EipBandwidth",
    "ImageRegistryCredential",
    "AcrRegistryInfo",
    "PlainHttpRegistry",
    "InsecureRegistry",
)
_FIRST: Final = ("Name", "Type", "Key", "Server", "UserName", "Password", "Image", "ImagePullPolicy", "Cpu", "Memory")
_NUMBER: Final = re.compile(r"\d+")


def request_rows(parameters: Mapping[str, str], secret_keys: Collection[str]) -> list[tuple[str, str, bool]]:
    """Return (key, value, is it secret) of each parameter in reading order; a secret key may be no parameter."""
    keys = sorted({*parameters, *secret_keys}, key=_rank)
    return [(key, MASK if key in secret_keys else parameters[key], key in secret_keys) for key in keys]


def request_text(rows: Iterable[tuple[str, str, bool]], action: str) -> str:
    """Return one line a parameter, values below each other; the action comes first."""
    lines = [("Action", action), *((key, value) for key, value, _is_secret in rows)]
    width = max(len(key) for key, _value in lines) + 4
    return "\n".join(f"{key:<{width}}{_one_line(value)}" for key, value in lines)


def _one_line(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n") if "\n" in value else value


def _rank(key: str) -> tuple[object, ...]:
    first, *rest = key.split(".")
    place = _ORDER.index(first) if first in _ORDER else len(_ORDER)
    return (place, first, *(_word_rank(word) for word in rest))


def _word_rank(word: str) -> tuple[int, int, str]:
    if _NUMBER.fullmatch(word):
        return (0, int(word), "")
    return (1, _FIRST.index(word), "") if word in _FIRST else (2, 0, word)
