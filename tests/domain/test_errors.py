import pytest

from consoleapp.domain import credentials, image, reachability
from consoleapp.domain.errors import SENTENCES, DomainError, Reason, located


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert set(image.SENTENCES) == set(image.ImageReferenceReason)
    assert set(credentials.SENTENCES) == set(credentials.RequirementReason)
    assert set(reachability.SENTENCES) == set(reachability.WayOutReason)


def test_says_reason_path_and_sentence() -> None:
    error = DomainError(Reason.TOO_MANY, "containers", limit=20, count=21)
    assert (error.reason, error.path, error.params) == ("too_many", "containers", {"limit": 20, "count": 21})
    assert error.message == "At most 20 are allowed; there are 21."
    assert str(error) == "containers: At most 20 are allowed; there are 21."


def test_located_puts_a_prefix_before_every_error_of_the_pass() -> None:
    error = DomainError(Reason.REQUIRED, "name")
    error.others = (DomainError(Reason.REQUIRED),)
    with pytest.raises(DomainError) as caught, located("containers.0"):
        raise error
    assert [item.path for item in caught.value.all_errors] == ["containers.0.name", "containers.0"]
