"""consoleapp/web/sealing.py: what is sealed opens only for what it was sealed for."""

from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from consoleapp.domain.secret import Secret
from consoleapp.web import sealing


def test_opens_what_was_sealed_byte_for_byte() -> None:
    sealed = sealing.seal(Secret(" пароль😀%41+ "), "draft/1/credential/a")
    assert "пароль" not in sealed
    assert sealing.unseal(sealed, "draft/1/credential/a").reveal() == " пароль😀%41+ "


def test_does_not_open_for_another_row() -> None:
    sealed = sealing.seal(Secret("s"), "draft/1/credential/a")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed, "draft/2/credential/a")


@pytest.mark.parametrize(
    "altered",
    [
        lambda key, token: f"{key}:{token[:40]}!{token[40:]}",
        lambda key, token: f"{key}:{token[:40]}\n{token[40:]}",
        lambda key, token: f"{key}:{token[:40]}é{token[40:]}",
        lambda key, token: f"{key}:{token} ",
        lambda key, token: f"{key}:{token}=",
        lambda key, token: f" {key}:{token}",
        lambda key, token: f"{key};{token}",
        lambda key, token: f"{key.upper()}:{token}",
        lambda key, token: f"00000000:{token}",
        lambda key, token: f"{key}:{token[: len(token) // 2]}",
        lambda key, token: f"{key}:",
        lambda key, token: "password",
    ],
)
def test_a_text_that_is_not_the_sealed_one_to_the_letter_does_not_open(altered: Callable[[str, str], str]) -> None:
    key, _colon, token = sealing.seal(Secret("s"), "x").partition(":")

    assert sealing.unseal(f"{key}:{token}", "x").reveal() == "s"
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(altered(key, token), "x")


def test_bits_that_the_encoding_leaves_unused_may_not_be_set() -> None:
    bound_to = next("x" * length for length in range(48) if sealing.seal(Secret("s"), "x" * length).endswith("="))
    sealed = sealing.seal(Secret("s"), bound_to)
    body = sealed.rstrip("=")
    twin = body[:-1] + chr(ord(body[-1]) + 1) + sealed[len(body) :]

    assert sealing.unseal(sealed, bound_to).reveal() == "s"
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(twin, bound_to)


def test_a_clear_text_of_another_shape_does_not_open(settings: Settings) -> None:
    key = settings.STORED_SECRET_KEYS[0]
    for clear in (b"no json", b"[]", b'["x"]', b'["x", 1]', b'{"x": "s"}', b"\xff"):
        sealed = f"{sealing.fingerprint(key)}:{Fernet(key).encrypt(clear).decode()}"
        with pytest.raises(sealing.SealBroken):
            sealing.unseal(sealed, "x")


def test_opens_what_was_sealed_before_a_sealed_text_named_its_key(settings: Settings) -> None:
    older = Fernet(settings.STORED_SECRET_KEYS[0]).encrypt(b'["draft/1/credential/a", "s"]').decode()

    assert sealing.unseal(older, "draft/1/credential/a").reveal() == "s"
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(older[:40] + "!" + older[40:], "draft/1/credential/a")


def test_does_not_open_with_another_key(settings: Settings) -> None:
    sealed = sealing.seal(Secret("s"), "x")
    settings.STORED_SECRET_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed, "x")
