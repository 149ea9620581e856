"""HTTP with an OpenID Connect provider. What an answer is worth is decided in accounts/openid.py."""

from functools import partial
from typing import Final

import requests

# Seconds to connect, and between two pieces of an answer.
TIMEOUT: Final = (3, 10)
# What a call raises that got no answer, or none that can be read.
NoAnswer: Final = requests.RequestException


def session() -> requests.Session:
    """Return a session that waits for nobody for long and follows no redirect: an address may carry a secret."""
    made = requests.Session()
    made.max_redirects = 0
    made.request = partial(made.request, timeout=TIMEOUT)  # type: ignore[method-assign]
    return made
