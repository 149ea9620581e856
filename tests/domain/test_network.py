import pytest

from consoleapp.domain.network import VSwitch


@pytest.mark.parametrize(("free", "expected"), [(0, True), (1, False), (252, False)])
def test_a_vswitch_without_free_addresses_is_full(free: int, expected: bool) -> None:
    assert VSwitch("vsw-1", "", "vpc-1", "cn-hangzhou-b", "10.0.0.0/24", free).is_full is expected
