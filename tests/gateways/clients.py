"""Builders of clients whose clock and nonce stand still."""

from consoleapp.gateways.alibaba.account import Account
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.endpoints import Endpoints
from consoleapp.gateways.alibaba.transport import Transport, http_session

NOW = 1791792000.0  # 2026-10-12T08:00:00Z
NONCE = "0f6e2b1c5a5e4a579d3a7d1b6f3c9e10"
ACCOUNT = Account("testid", "testsecret")


def transport(read_timeout: float = 5) -> Transport:
    return Transport(http_session(), connect_timeout=2, read_timeout=read_timeout)


def client(
    endpoint: str = "", *, parameters_in: str = "query", account: Account = ACCOUNT, read_timeout: float = 5
) -> Client:
    return Client(
        transport(read_timeout),
        account,
        endpoints=Endpoints(endpoint),
        parameters_in=parameters_in,
        clock=lambda: NOW,
        nonce=lambda: NONCE,
    )
