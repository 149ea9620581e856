import pytest

from consoleapp.domain.network import SecurityRule, sources_let_in

ALL, OFFICE = "0.0.0.0/0", "10.0.0.0/8"


def rule(
    source: str = ALL, ports: tuple[int, int] | None = (80, 80), protocol: str = "TCP", **told: object
) -> SecurityRule:
    first, last = ports or (None, None)
    return SecurityRule(protocol, source, **{"is_accept": True, "first_port": first, "last_port": last, **told})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "sources"),
    [
        ((), ()),
        ((rule(),), (ALL,)),
        ((rule(ports=(8000, 9000)),), ()),
        ((rule(ports=(1, 65535)),), (ALL,)),
        ((rule(ports=None, protocol="ALL"),), (ALL,)),
        ((rule(protocol="UDP"),), ()),
        ((rule(OFFICE), rule("sg-1"), rule(OFFICE)), (OFFICE, "sg-1")),
        # Of two with one priority the refusal counts, else the one with the lower number.
        ((rule(), rule(is_accept=False)), ()),
        ((rule(), rule(is_accept=False, priority=2)), (ALL,)),
        ((rule(OFFICE, priority=2), rule(is_accept=False)), ()),
        ((rule(OFFICE), rule(is_accept=False, priority=5), rule("sg-1", priority=9)), (OFFICE,)),
        ((rule(), rule(OFFICE, is_accept=False)), (ALL,)),
    ],
)
def test_tells_where_a_packet_may_come_from(found: tuple[SecurityRule, ...], sources: tuple[str, ...]) -> None:
    assert sources_let_in(found, 80, "tcp") == sources


def test_a_rule_whose_ports_stand_in_a_list_leaves_it_open() -> None:
    listed = rule(ports=None, has_port_list=True)

    assert sources_let_in((rule(), listed), 80, "tcp") is None
    assert sources_let_in((rule(), listed), 80, "udp") == ()
