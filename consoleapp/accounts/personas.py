"""As whom a guest of the demo acts: as themselves, or as one of the people of their sample portal (sample_portal/).

A persona is a user without a password who belongs to one guest. Whatever a session says, only that guest acts as them.
"""

from typing import Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.sessions.backends.base import SessionBase

from consoleapp.accounts.models import User

# The key of a guest's session under which the number of the persona stands, 0 for themselves. It is there as long as
# the guest has a sample portal; without it nothing is asked.
ACTS_AS: Final = "acts_as"


def persona_in(session: SessionBase, guest: AbstractBaseUser | AnonymousUser) -> User | None:
    """Return the persona as whom this guest acts; None for who acts as themselves, without a query."""
    if not isinstance(guest, User) or not guest.is_guest or not session.get(ACTS_AS):
        return None
    mine = User.objects.filter(pk=session[ACTS_AS], persona_of=guest, is_active=True)
    return mine.select_related("persona_of").first()


def guest_behind(user: object) -> User | None:
    """Return the guest who acts: as themselves, or as one of their personas; None for everybody else."""
    if not isinstance(user, User):
        return None
    return user if user.is_guest else user.persona_of
