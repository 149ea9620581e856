"""What stands between a password and being signed in."""

from typing import Any

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest
from django.shortcuts import redirect


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for the second factor of who has one, unless the provider has asked for two."""

    urlname = "accounts:second-factor-ask"

    def handle(self) -> tuple[Any, bool]:
        if not self._should_handle(self.request):
            return None, True
        self.state["authentication_required"] = True
        return redirect(self.urlname), True

    def _should_handle(self, request: HttpRequest) -> bool:
        return not is_strong(self.login.signal_kwargs) and super()._should_handle(request)


def is_strong(signal_kwargs: dict[str, Any] | None) -> bool:
    """Tell whether a sign-in took two factors at the provider, as openid.py has noted in this very request."""
    return getattr((signal_kwargs or {}).get("sociallogin"), "is_strong", False)
