import pytest

from consoleapp.wizard.access.registry_lists import PLAIN_HTTP, add_host, is_listed, not_listed, remove_host
from consoleapp.wizard.shape import Data, as_data, empty_data


def listing(typed: str) -> Data:
    data = as_data(empty_data())
    data["spec"][PLAIN_HTTP] = typed
    return data


@pytest.mark.parametrize(
    "typed", ["a.example, b.example", "a.example,b.example", "A.example\n b.example", "b.example a.EXAMPLE ,"]
)
def test_knows_every_host_however_they_are_separated(typed: str) -> None:
    data = listing(typed)
    assert is_listed(data, PLAIN_HTTP, "a.example")
    assert not_listed(data, PLAIN_HTTP, ("a.example", "b.example", "c.example")) == ["c.example"]


def test_adds_a_host_once_and_takes_it_off_again() -> None:
    data = listing("a.example, b.example")
    for _press in range(2):
        add_host(data, PLAIN_HTTP, "B.example")
        add_host(data, PLAIN_HTTP, "c.example")
    assert data["spec"][PLAIN_HTTP] == "a.example\nb.example\nc.example"

    remove_host(data, PLAIN_HTTP, "A.example")

    assert data["spec"][PLAIN_HTTP] == "b.example\nc.example"
