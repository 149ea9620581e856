"""An authenticator app of the tests: RFC 6238 by another hand than the console's, and its clock."""

import base64
import hashlib
import hmac
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse


def code_at(secret: str, seconds: float) -> str:
    """The code of the 30 seconds in which this time is."""
    digest = hmac.digest(base64.b32decode(secret), int(seconds // 30).to_bytes(8, "big"), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


class App:
    """Shows codes of one secret. Its clock is the console's, and stands until it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch, self.now, self.secret = monkeypatch, 1_800_000_000, ""
        self.wait(0)

    def wait(self, seconds: int) -> None:
        self.now += seconds
        clock = SimpleNamespace(time=lambda: self.now)
        self._monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", clock)

    def code(self, later: int = 0) -> str:
        """What it shows now, or `later` periods of 30 seconds later."""
        return code_at(self.secret, self.now + 30 * later)

    def begin(self, browser: Client) -> dict[str, str]:
        """Press *Set up*, and scan: what the form brings back, with the right code."""
        page = browser.post(reverse("accounts:authenticator-app")).content.decode()
        shown, sealed = re.search(r'data-copy="([A-Z2-7 ]+)"', page), re.search(r'name="sealed" value="([^"]+)"', page)
        assert shown
        assert sealed
        self.secret = shown[1].replace(" ", "")
        return {"sealed": sealed[1], "code": self.code()}

    def set_up(self, browser: Client) -> Any:
        """Set the app up; the answer shows the recovery codes."""
        answer = browser.post(reverse("accounts:authenticator-app"), self.begin(browser))
        assert answer.status_code == 200, answer
        # The code that proved it is over, so that the next one is another.
        self.wait(30)
        return answer
