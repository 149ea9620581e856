"""The account's Elastic IPs that are bound to nothing, remembered for some seconds."""

from consoleapp.domain.network import Eip
from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.networks import Networks
from consoleapp.web.asking import remembered

SECONDS = 10


def unbound_eips(networks: Networks, account: str, region_id: str) -> tuple[Eip, ...] | None:
    """Return the addresses that could be used in this region; None where the cloud does not tell."""
    try:
        return remembered(("eips", account, region_id), SECONDS, lambda: networks.unbound_eips(region_id))
    except GatewayError:
        return None
