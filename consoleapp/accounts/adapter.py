"""How django-allauth signs people in here: what counts as one source and one account, what is told and what recorded.

An unknown name, a wrong password and an account with too many failures have one answer, and cost one password hash
each. Hashes are made one at a time in a process, so that guessing leaves the processor to the pages.
"""

from datetime import timedelta
from threading import Lock
from typing import Any, Final, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from consoleapp.accounts import factors
from consoleapp.accounts.models import User
from consoleapp.audit import services as audit
from consoleapp.web import sources

REFUSED: Final = _(
    "This user name and password do not fit, or there were too many attempts. Check both; after five failed attempts "
    "wait five minutes."
)
# Requests whose address nothing tells share one count.
UNKNOWN_ADDRESS: Final = "0.0.0.0"  # noqa: S104
_hashing = Lock()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The library's decisions, as the console wants them."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": REFUSED,
        "too_many_login_attempts": REFUSED,
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are made with `manage.py createsuperuser`."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Tell whether this is a path of the console; the library would also go to any host that it is served by."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Return False: only pages are answered. The library would send what was typed back as JSON."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits count and the list of sign-ins shows."""
        return str(sources.address_of(request) or UNKNOWN_ADDRESS)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return the account that failures count for.

        The library adds the Host header, so that each port had a count.
        """
        return str(credentials["username"]).lower()

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return the person whom the password fits. Raise ValidationError where there were too many failures."""
        with _hashing:
            user: AbstractBaseUser | None = super().authenticate(request, **credentials)
            if user and not cast(User, user).may_use_password:
                self.authentication_failed(request, **credentials)
                return None
            return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raise ValidationError for too many failures, after the time that a password takes."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            make_password(credentials["password"])
            self.authentication_failed(request, **credentials)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record it. A name that nobody has is not kept: it may be a password that was typed into the wrong field."""
        known = User.objects.filter(username=credentials["username"]).values_list("username", flat=True).first()
        audit.record(None, "account.sign-in-failed", known or "", {"from": sources.source_of(request)})

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        limit_session(request)

    def get_login_stages(self) -> list[str]:
        """Return what stands between the password and being signed in: the second factor."""
        return ["consoleapp.accounts.stages.SecondFactorStage"]

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **told: Any) -> HttpResponse:
        """Lead on, or to the second factor that this person has to set up before anything else."""
        from consoleapp.accounts.stages import is_strong

        response: HttpResponse = super().post_login(request, user, **told)
        person = cast(User, user)
        has_two = is_strong(told["signal_kwargs"]) or factors.factors_of(person).is_any
        if has_two or not factors.must_have_one(person):
            return response
        request.session[factors.WANTED] = response["Location"]
        return redirect("accounts:second-factor")


def limit_session(request: HttpRequest) -> None:
    """Have the session end SESSION_HOURS from now, whatever happens in between."""
    request.session.set_expiry(timedelta(hours=settings.SESSION_HOURS))
