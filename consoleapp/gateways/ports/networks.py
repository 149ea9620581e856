"""The port of VPC and ECS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from consoleapp.domain.network import Eip, NatGateway, SecurityGroup, SecurityRule, SnatEntry, Vpc, VSwitch


class Networks(Protocol):
    """VPC and ECS as far as a container group needs them. All pages are fetched."""

    def vpcs(self, region_id: str) -> tuple[Vpc, ...]: ...

    def vswitches(self, region_id: str, vpc_id: str) -> tuple[VSwitch, ...]: ...

    def security_groups(self, region_id: str, vpc_id: str) -> tuple[SecurityGroup, ...]: ...

    def rules_in(self, region_id: str, security_group_id: str) -> tuple[SecurityRule, ...]:
        """Return the rules of the security group for what comes in; raise ``InvalidParameter`` for none."""
        ...

    def nat_gateways(self, region_id: str, vpc_id: str) -> tuple[NatGateway, ...]: ...

    def snat_entries(self, region_id: str, nat_gateway_id: str) -> tuple[SnatEntry, ...]: ...

    def unbound_eips(self, region_id: str) -> tuple[Eip, ...]: ...
