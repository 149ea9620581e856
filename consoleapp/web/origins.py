"""Where a link came from and where it may lead back to: addresses of other sites that the settings list.

A page never goes there by itself and no POST is led there: the address stands as a link on the pages of an order, and
is compared with the list each time that it is shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings

RETURN_TO: Final = "return_to"
STATE: Final = "state"
EXTERNAL_REF: Final = "external_ref"
ADDRESS_MAX: Final = 1000
# So many characters of each are kept.
LENGTHS: Final = {STATE: 200, EXTERNAL_REF: 100}
# What we add to the address; an own value of these names would be taken for ours.
ADDED: Final = ("order", STATE, "result")
# An address as it stands in a request: nothing that browsers drop, turn round or read in another way.
_PLAIN: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:[/?#][!#-;=?-\[\]_a-z~]*)?")
_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Back:
    """The way back to another site: its host, and the address."""

    host: str
    url: str


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address as browsers compare them; "" for what is no plain address."""
    if len(address) > ADDRESS_MAX or not _PLAIN.fullmatch(address):
        return ""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname or port == 0 or parts.netloc.endswith((".", ":")) or ".." in parts.netloc:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_usual = port in (None, _PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" if is_usual else f"{parts.scheme}://{host}:{port}"


def read_origin(query: Mapping[str, str]) -> dict[str, str]:
    """Return what the address of a link says about where it came from, as it is kept with the draft; only what may be
    kept is in it."""
    found = {}
    if origin_of(query.get(RETURN_TO, "")) in settings.RETURN_ORIGINS:
        found[RETURN_TO] = query[RETURN_TO]
    for name, most in LENGTHS.items():
        text = query.get(name, "")
        if text and len(text) <= most and text.isprintable():
            found[name] = text
    return found


def left_out(query: Mapping[str, str]) -> list[str]:
    """Return the names of what the address says and is not kept."""
    kept = read_origin(query)
    return [name for name in (RETURN_TO, STATE, EXTERNAL_REF) if query.get(name) and name not in kept]


def carried(query: Mapping[str, str], fields: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return what the form of a new draft says on, as the query of its address: nothing was stored yet. `fields` are
    those of the link that the page fills in and may not show."""
    team = {"team": query["team"]} if "team" in query else {}
    said = urlencode({**team, **read_origin(query), **fields}, errors="replace")
    return f"?{said}" if said else ""


def back_to(origin: Mapping[str, str], order_id: object, result: str) -> Back | None:
    """Return the way back for an order; None where the link named none, or one that is not listed any more."""
    address = origin.get(RETURN_TO, "")
    if not address or origin_of(address) not in settings.RETURN_ORIGINS:
        return None
    parts = urlsplit(address)
    asked = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in ADDED]
    told = [("order", str(order_id)), *([(STATE, origin[STATE])] if origin.get(STATE) else ()), ("result", result)]
    return Back(parts.netloc, parts._replace(query=urlencode([*asked, *told])).geturl())
