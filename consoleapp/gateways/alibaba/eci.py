"""``ports.ContainerGroups`` over Elastic Container Instance, version 2018-08-08.

Parameters of a container group are written by ``domain.wire``; answers are read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from consoleapp.domain.host import Tag
from consoleapp.gateways.alibaba import answers
from consoleapp.gateways.alibaba.answers import Json
from consoleapp.gateways.alibaba.client import Client, Idempotency
from consoleapp.gateways.alibaba.endpoints import ECI
from consoleapp.gateways.alibaba.error_codes import DryRunPassed
from consoleapp.gateways.errors import NotFound, OutcomeUnknown, Unavailable
from consoleapp.gateways.ports.container_groups import (
    ContainerGroup,
    ContainerGroupPage,
    ContainerStatus,
    CreatedContainerGroup,
    Event,
    Price,
    Region,
    Spot,
    State,
)

# Ids are stored and become parts of addresses.
_is_group_id = re.compile(r"[A-Za-z0-9_-]{1,64}").fullmatch
# Prices are stored with the order. No second of a container group costs a millionth of it.
_PRICE_BELOW = 10_000
_is_currency = re.compile(r"[A-Z]{3}").fullmatch
_LONG_AGO = datetime.fromtimestamp(0, UTC)


class ElasticContainerInstance:
    """Container groups of one account."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(
        self, parameters: Mapping[str, str], *, client_token: str, secret_keys: Collection[str] = ()
    ) -> CreatedContainerGroup:
        if not client_token:
            raise ValueError("a container group is never created without a client token")
        params = {**parameters, "ClientToken": client_token}
        params.pop("DryRun", None)
        answer = self._client.call(
            ECI,
            "CreateContainerGroup",
            params,
            region_id=params.get("RegionId", ""),
            idempotency=Idempotency.CHANGE,
            secret_keys=secret_keys,
        )
        group_id, request_id = answers.text(answer, "ContainerGroupId"), answers.plain_id(answer.get("RequestId"))
        created = CreatedContainerGroup(group_id, request_id)
        if not _is_group_id(group_id):
            raise OutcomeUnknown(
                "The cloud answered without the id of a container group.",
                request_id=created.request_id,
                http_status=200,
                action="CreateContainerGroup",
            )
        return created

    def dry_run(self, parameters: Mapping[str, str], *, secret_keys: Collection[str] = ()) -> str:
        params = {**parameters, "DryRun": "true"}
        params.pop("ClientToken", None)
        region_id = params.get("RegionId", "")
        try:
            answer = self._client.call(
                ECI, "CreateContainerGroup", params, region_id=region_id, secret_keys=secret_keys
            )
        except DryRunPassed as passed:
            return passed.request_id
        if answers.text(answer, "ContainerGroupId"):
            raise OutcomeUnknown(
                "The cloud created a container group although it was asked only to validate.",
                request_id=answers.text(answer, "RequestId"),
                http_status=200,
                action="CreateContainerGroup",
            )
        request_id = answers.plain_id(answer.get("RequestId"))
        if not request_id:
            raise Unavailable("The cloud gave no usable answer to the dry run.", http_status=200)
        return request_id

    def list(
        self,
        region_id: str,
        *,
        container_group_ids: Collection[str] = (),
        name: str = "",
        tag: Tag | None = None,
        limit: int = 20,
        next_token: str = "",
    ) -> ContainerGroupPage:
        asked = {
            "ContainerGroupIds": _id_list(container_group_ids),
            "ContainerGroupName": name,
            "Tag.1.Key": tag.key if tag else "",
            "Tag.1.Value": tag.value if tag else "",
            "Limit": str(limit),
            "NextToken": next_token,
        }
        if container_group_ids:
            asked["WithEvent"] = "true"  # what a list of one's own groups says about each of them
        answer = self._ask("DescribeContainerGroups", region_id, asked)
        told = answers.told_objects(answer, "ContainerGroups")
        groups = tuple(_container_group(item) for item in told if _is_group_id(answers.text(item, "ContainerGroupId")))
        total = answers.integer(answer, "TotalCount", len(groups))
        return ContainerGroupPage(groups, answers.text(answer, "NextToken"), total)

    def get(self, region_id: str, container_group_id: str) -> ContainerGroup:
        asked = {"ContainerGroupIds": _id_list([container_group_id]), "WithEvent": "true"}
        answer = self._ask("DescribeContainerGroups", region_id, asked)
        for item in answers.told_objects(answer, "ContainerGroups"):
            if item.get("ContainerGroupId") == container_group_id:
                return _container_group(item)
        request_id = answers.text(answer, "RequestId")
        raise NotFound(
            "The cloud knows no such container group.",
            request_id=request_id,
            http_status=200,
            action="DescribeContainerGroups",
        )

    def log(
        self,
        region_id: str,
        container_group_id: str,
        container_name: str,
        *,
        tail: int = 500,
        since_seconds: int | None = None,
        previous: bool = False,
        timestamps: bool = False,
    ) -> str:
        asked = {
            "ContainerGroupId": container_group_id,
            "ContainerName": container_name,
            "Tail": str(tail),
            "SinceSeconds": "" if since_seconds is None else str(since_seconds),
            "LastTime": "true" if previous else "",
            "Timestamps": "true" if timestamps else "",
        }
        return answers.text(self._ask("DescribeContainerLog", region_id, asked), "Content")

    def restart(self, region_id: str, container_group_id: str, *, client_token: str = "") -> str:
        return self._change("RestartContainerGroup", region_id, container_group_id, client_token)

    def delete(self, region_id: str, container_group_id: str, *, client_token: str = "") -> str:
        return self._change("DeleteContainerGroup", region_id, container_group_id, client_token)

    def price(
        self,
        region_id: str,
        cpu: Decimal,
        memory_gib: Decimal,
        *,
        instance_type: str = "",
        zone_id: str = "",
        compute_category: str = "",
        ephemeral_storage_gib: int = 0,
        spot: Spot | None = None,
    ) -> Price:
        asked = {
            # Needed by the metadata; the manual ignores both beside an instance type.
            "Cpu": f"{cpu:f}",
            "Memory": f"{memory_gib:f}",
            "InstanceType": instance_type,
            "ZoneId": zone_id,
            "ComputeCategory": compute_category,
            "EphemeralStorage": str(ephemeral_storage_gib or ""),
            **_spot_terms(spot),
        }
        answer = self._ask("DescribeContainerGroupPrice", region_id, asked)
        told = answers.mapping(answer, "PriceInfo", "Price")
        per_second, currency = answers.decimal(told, "TradePrice"), answers.text(told, "Currency")
        if spot is not None:
            per_second = _market_price(answer, zone_id)
        if per_second is None or not 0 <= per_second < _PRICE_BELOW or not _is_currency(currency):
            raise Unavailable("The cloud answered without a price.", request_id=answers.text(answer, "RequestId"))
        return Price(currency, per_second)

    def regions(self) -> tuple[Region, ...]:
        told = self._client.regions()
        return tuple(Region(answers.text(item, "RegionId"), answers.texts(item, "Zones")) for item in told)

    def _ask(self, action: str, region_id: str, asked: Mapping[str, str]) -> Json:
        params = {name: value for name, value in {"RegionId": region_id, **asked}.items() if value}
        return self._client.call(ECI, action, params, region_id=region_id)

    def _change(self, action: str, region_id: str, container_group_id: str, client_token: str) -> str:
        params = {"RegionId": region_id, "ContainerGroupId": container_group_id}
        if client_token:
            params["ClientToken"] = client_token
        answer = self._client.call(ECI, action, params, region_id=region_id, idempotency=Idempotency.CHANGE)
        request_id = answers.plain_id(answer.get("RequestId"))
        if not request_id:
            raise OutcomeUnknown("The cloud gave no usable answer.", http_status=200, action=action)
        return request_id


def _spot_terms(spot: Spot | None) -> dict[str, str]:
    if spot is None:
        return {}
    limit = "" if spot.price_limit is None else f"{spot.price_limit:f}"
    hours = "" if spot.duration_hours is None else str(spot.duration_hours)
    return {"SpotStrategy": spot.strategy, "SpotPriceLimit": limit, "SpotDuration": hours}


def _market_price(answer: Json, zone_id: str) -> Decimal | None:
    """Return the spot price a second in the dearest of the zones that count; None where no zone tells a price.

    vendor: these prices are by the hour, beside a TradePrice that is that of the list and by the second.
    """
    told = answers.objects(answer, "PriceInfo", "SpotPrices", "SpotPrice")
    zones = [item for item in told if zone_id in ("", answers.text(item, "ZoneId"))]
    prices = [price for item in zones if (price := answers.decimal(item, "SpotPrice")) is not None]
    return max(prices) / 3600 if prices else None


def _id_list(container_group_ids: Collection[str]) -> str:
    return json.dumps(list(container_group_ids)) if container_group_ids else ""


def _container_group(item: Json) -> ContainerGroup:
    text, moment = answers.text, answers.moment
    return ContainerGroup(
        container_group_id=text(item, "ContainerGroupId"),
        name=text(item, "ContainerGroupName"),
        region_id=text(item, "RegionId"),
        zone_id=text(item, "ZoneId"),
        status=text(item, "Status"),
        creation_time=moment(item, "CreationTime"),
        succeeded_time=moment(item, "SucceededTime"),
        failed_time=moment(item, "FailedTime"),
        expired_time=moment(item, "ExpiredTime"),
        cpu=answers.decimal(item, "Cpu"),
        memory_gib=answers.decimal(item, "Memory"),
        restart_policy=text(item, "RestartPolicy"),
        ephemeral_storage_gib=answers.integer(item, "EphemeralStorage"),
        vpc_id=text(item, "VpcId"),
        vswitch_id=text(item, "VSwitchId"),
        security_group_id=text(item, "SecurityGroupId"),
        intranet_ip=text(item, "IntranetIp"),
        internet_ip=text(item, "InternetIp"),
        containers=tuple(_container(each) for each in answers.objects(item, "Containers")),
        init_containers=tuple(_container(each) for each in answers.objects(item, "InitContainers")),
        events=_events(answers.objects(item, "Events")),
        tags={text(tag, "Key"): text(tag, "Value") for tag in answers.objects(item, "Tags")},
    )


def _container(item: Json) -> ContainerStatus:
    previous = answers.mapping(item, "PreviousState")
    return ContainerStatus(
        name=answers.text(item, "Name"),
        image=answers.text(item, "Image"),
        ready=answers.flag(item, "Ready"),
        restart_count=answers.integer(item, "RestartCount"),
        state=_state(answers.mapping(item, "CurrentState")),
        previous_state=_state(previous) if previous.get("State") else None,
        # 0 says that the container has no limit of its own.
        cpu=answers.decimal(item, "Cpu") or None,
        memory_gib=answers.decimal(item, "Memory") or None,
        image_pull_policy=answers.text(item, "ImagePullPolicy"),
    )


def _state(item: Json) -> State:
    state = answers.text(item, "State")
    return State(
        state=state,
        reason=answers.text(item, "Reason"),
        message=answers.text(item, "Message"),
        # A container that has not ended has no exit code; the cloud may write 0 there all the same.
        exit_code=answers.integer(item, "ExitCode") if state == "Terminated" else None,
        start_time=answers.moment(item, "StartTime"),
        finish_time=answers.moment(item, "FinishTime"),
    )


def _events(items: list[Json]) -> tuple[Event, ...]:
    return tuple(sorted(map(_event, items), key=lambda event: event.last_timestamp))


def _event(item: Json) -> Event:
    told = answers.any_case(item)
    source = answers.any_case(answers.mapping(told, "source"))
    first, last = answers.moment(told, "firsttimestamp"), answers.moment(told, "lasttimestamp")
    event = Event(
        type=answers.text(told, "type"),
        reason=answers.text(told, "reason"),
        message=answers.text(told, "message"),
        count=answers.integer(told, "count", 1),
        first_timestamp=first or last or _LONG_AGO,
        last_timestamp=last or first or _LONG_AGO,
        source=answers.text(source, "component") or answers.text(told, "reportingcomponent"),
    )
    return event if event.count else replace(event, count=1)
