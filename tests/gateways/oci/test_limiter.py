"""consoleapp/gateways/oci/limiter.py: two checks a user, eight in all."""

from contextlib import ExitStack

import pytest

from consoleapp.gateways.oci.limiter import Limiter


def test_a_user_runs_two_and_all_together_eight() -> None:
    limiter = Limiter(2, 8)
    with ExitStack() as stack:
        entered = [stack.enter_context(limiter.slot(user)) for user in "aaabbccddee"]
        assert entered == [True, True, False, True, True, True, True, True, True, False, False]
    with limiter.slot("a") as has_room:
        assert has_room


def test_a_slot_is_given_back_after_an_error() -> None:
    limiter = Limiter(1, 1)

    def fail() -> None:
        with limiter.slot("a") as has_room:
            raise KeyError(has_room)

    for _ in range(3):
        with pytest.raises(KeyError, match="True"):
            fail()
