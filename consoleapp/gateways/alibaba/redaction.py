"""Keeping secrets out of log lines and error texts.

The vendor's protocol puts registry passwords into the query string, requests repeats the URL in its exceptions and
urllib3 in its debug log. Exceptions are replaced in ``transport.py``; this module masks what is logged and what the
cloud sends back.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Collection, Mapping
from urllib.parse import quote_plus

from consoleapp.gateways.alibaba.signing import percent_encode

MASK = "***"
_LONGEST_VALUE = 200
_LONGEST_MESSAGE = 1000

# Masked whether or not the caller named them: passwords, file contents, volume options (they may hold keys), variables.
_always_secret = re.compile(
    r"(?:.*\.)?(?:Password|Content|SecurityToken|FlexVolume\.Options|EnvironmentVar\.\d+\.Value)"
).fullmatch
_query = re.compile(r"\?[^\s'\"]*")


def redacted(parameters: Mapping[str, str], secret_keys: Collection[str]) -> str:
    """Return the parameters on one line of JSON, secret ones masked, long ones cut."""
    shown = {
        name: MASK if name in secret_keys or _always_secret(name) else value[:_LONGEST_VALUE]
        for name, value in parameters.items()
    }
    return json.dumps(shown, ensure_ascii=False)


def secret_values(parameters: Mapping[str, str], secret_keys: Collection[str]) -> tuple[str, ...]:
    """Return the values that must not come back in a message, longest first."""
    values = {
        value
        for name, value in parameters.items()
        if value and (name in secret_keys or name.endswith(("Password", "FlexVolume.Options")))
    }
    return tuple(sorted(values, key=len, reverse=True))


def scrubbed(message: str, secrets: Collection[str]) -> str:
    """Return the message without these values, bare or percent-encoded once or twice, and without query strings."""
    message = _query.sub("?" + MASK, message) if "://" in message else message
    for value in secrets:
        encoded = percent_encode(value)
        # Twice: the older signature scheme encodes the encoded query again, and its error text repeats that.
        for form in (value, encoded, percent_encode(encoded), quote_plus(value)):
            message = _without(message, form)
    return message[:_LONGEST_MESSAGE]


def _without(message: str, value: str) -> str:
    if len(value) < 4:  # as a word of its own only: a password "a" must not riddle the whole sentence
        return re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", MASK, message)
    return message.replace(value, MASK)


class QueryFilter(logging.Filter):
    """Cuts the query string off every URL in urllib3's own log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "?" in message:
            record.msg, record.args = _query.sub("?" + MASK, message), None
        return True


_QUERY_FILTER = QueryFilter()


def guard_urllib3_logs() -> None:
    """Install the filter on the loggers of urllib3 that write URLs; may be called again."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry", "urllib3.poolmanager", "urllib3.response"):
        logging.getLogger(name).addFilter(_QUERY_FILTER)
