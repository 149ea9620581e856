"""consoleapp/accounts/services.py: who acts."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import RequestFactory, override_settings
from django.utils import timezone
from pytest_django import Settings

from consoleapp.accounts import services
from consoleapp.accounts.models import GuestBucket, User


def _request(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().post("/buy/")
    request.session = SessionStore()
    request.user = user
    return request


@pytest.mark.django_db
def test_a_visitor_becomes_a_guest_with_a_world_of_their_own() -> None:
    first, second = (services.user_for_saving(_request(AnonymousUser())) for _ in range(2))
    assert first.is_guest
    assert not first.has_usable_password()
    assert first.world != second.world


@pytest.mark.django_db
def test_other_open_pages_of_a_new_guest_stay_able_to_save() -> None:
    request = _request(AnonymousUser())
    request.META["CSRF_COOKIE"] = "known-to-open-pages"
    services.user_for_saving(request)
    assert request.META["CSRF_COOKIE"] == "known-to-open-pages"


def test_somebody_signed_in_stays_who_they_are(alice: User) -> None:
    assert services.user_for_saving(_request(alice)) == alice


@pytest.mark.django_db
def test_no_guest_is_made_where_sign_in_is_required() -> None:
    with override_settings(SIGN_IN="required"), pytest.raises(PermissionDenied):
        services.user_for_saving(_request(AnonymousUser()))
    assert not User.objects.exists()


@pytest.mark.django_db
def test_places_of_guests_come_back_and_a_clock_that_was_set_back_closes_no_door(settings: Settings) -> None:
    settings.GUESTS_PER_SOURCE = 2
    for _ in range(2):
        services.create_guest("203.0.113.7")
    with pytest.raises(services.TooManyGuests):
        services.create_guest("203.0.113.7")
    GuestBucket.objects.update(taken_until=timezone.now() + timedelta(minutes=29))
    services.create_guest("203.0.113.7")
    GuestBucket.objects.update(taken_until=timezone.now() + timedelta(days=900))
    with pytest.raises(services.TooManyGuests):
        services.create_guest("203.0.113.7")


@pytest.mark.django_db
def test_buckets_that_are_full_again_are_forgotten() -> None:
    services.create_guest("203.0.113.7")
    GuestBucket.objects.filter(source="").update(taken_until=timezone.now() - timedelta(seconds=1))

    services.drop_full_buckets()

    assert [bucket.source for bucket in GuestBucket.objects.all()] == ["from 203.0.113.7"]
