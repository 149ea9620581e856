"""consoleapp/web/sealing.py: what is sealed opens only for what it was sealed for."""

import pytest
from cryptography.fernet import Fernet, MultiFernet

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


def test_does_not_open_with_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = sealing.seal(Secret("s"), "x")
    monkeypatch.setattr(sealing, "_fernet", lambda: MultiFernet([Fernet(Fernet.generate_key())]))
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed, "x")
