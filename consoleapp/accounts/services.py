"""Who acts: finding the signed-in user, making a guest at the first save."""

import uuid

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from consoleapp.accounts.models import User


def create_guest() -> User:
    """A new guest user without a password and with an isolated simulated account."""
    guest = User(username=f"guest-{uuid.uuid4().hex}", is_guest=True)
    guest.set_unusable_password()
    guest.save()
    return guest


def actor_for_saving(request: HttpRequest) -> User:
    """The signed-in user; a visitor of the demo becomes a guest, and is signed in as such.

    Raises PermissionDenied for a visitor where guests are not welcome.
    """
    if isinstance(request.user, User):
        return request.user
    if settings.SIGN_IN != "guest":
        raise PermissionDenied
    guest = create_guest()
    token = request.META.get("CSRF_COOKIE")
    login(request, guest, backend="django.contrib.auth.backends.ModelBackend")
    if token:
        # Pages that are open in other tabs must still be able to save what was typed into them. Signing in for real
        # makes a new token, as it should.
        request.META["CSRF_COOKIE"] = token
    return guest
