import copy
import dataclasses
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain.secret import MASK, Secret

CANARY = "canary-7f3a"


@dataclasses.dataclass(frozen=True)
class Holder:
    password: Secret


def test_reveal_is_the_only_way_to_the_text() -> None:
    secret = Secret(CANARY)
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r:>40}",
        format(secret, ">20"),
        str([secret]),
        repr(Holder(secret)),
    ]
    assert not [text for text in shown if CANARY in text]
    assert secret.reveal() == CANARY


def test_json_refuses_it_or_gets_the_mask() -> None:
    with pytest.raises(TypeError) as caught:
        json.dumps({"password": Secret(CANARY)})
    assert CANARY not in str(caught.value)
    assert json.loads(json.dumps(Secret(CANARY), default=str)) == MASK


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_is_refused(protocol: int) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(CANARY), protocol)


def test_copies_are_the_secret_itself() -> None:
    secret = Secret(CANARY)
    assert copy.copy(secret) is secret
    assert copy.deepcopy(Holder(secret)).password is secret
    assert dataclasses.asdict(Holder(secret)) == {"password": secret}


def test_does_not_change_and_has_no_dict() -> None:
    secret = Secret(CANARY)
    with pytest.raises(AttributeError):
        secret.extra = 1
    with pytest.raises(AttributeError):
        del secret._value
    with pytest.raises(TypeError):
        vars(secret)


def test_the_mask_does_not_tell_the_length() -> None:
    assert str(Secret("a")) == str(Secret("a" * 100))


@given(st.text(), st.text())
def test_equals_a_secret_of_the_same_text_only(one: str, other: str) -> None:
    assert (Secret(one) == Secret(other)) is (one == other)
    assert Secret(one) != one
    assert hash(Secret(one)) == hash(Secret(one))
    assert (len(Secret(one)), bool(Secret(one))) == (len(one), bool(one))
