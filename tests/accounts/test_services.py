"""consoleapp/accounts/services.py: who acts."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from consoleapp.accounts import services
from consoleapp.accounts.models import User


def _request(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().post("/buy/")
    request.session = SessionStore()
    request.user = user
    return request


@pytest.mark.django_db
def test_a_visitor_becomes_a_guest_with_a_world_of_their_own() -> None:
    first, second = (services.actor_for_saving(_request(AnonymousUser())) for _ in range(2))
    assert first.is_guest
    assert not first.has_usable_password()
    assert first.world != second.world


@pytest.mark.django_db
def test_other_open_pages_of_a_new_guest_stay_able_to_save() -> None:
    request = _request(AnonymousUser())
    request.META["CSRF_COOKIE"] = "known-to-open-pages"
    services.actor_for_saving(request)
    assert request.META["CSRF_COOKIE"] == "known-to-open-pages"


def test_somebody_signed_in_stays_who_they_are(alice: User) -> None:
    assert services.actor_for_saving(_request(alice)) == alice


@pytest.mark.django_db
def test_no_guest_is_made_where_sign_in_is_required() -> None:
    with override_settings(SIGN_IN="required"), pytest.raises(PermissionDenied):
        services.actor_for_saving(_request(AnonymousUser()))
    assert not User.objects.exists()
