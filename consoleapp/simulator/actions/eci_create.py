"""CreateContainerGroup: throttling, client token, checks, decision of every pull, and the stored group.

What a pull would end in is decided here, once, from the credentials; they are not kept. Everything that happens
afterwards follows from the stored plan (lifecycle.py).
"""

import hmac
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Final

from consoleapp.simulator import faults, lifecycle, processes, timings
from consoleapp.simulator.actions import eci_containers, eci_place, eci_request, eci_volumes
from consoleapp.simulator.actions.eci_containers import ContainerRequest
from consoleapp.simulator.actions.eci_place import Place
from consoleapp.simulator.actions.eci_request import RegistryAccess
from consoleapp.simulator.call import Answer, Call
from consoleapp.simulator.errors import ApiError
from consoleapp.simulator.fields import Fields
from consoleapp.simulator.lifecycle import GroupPlan
from consoleapp.simulator.pulls import Pull
from consoleapp.simulator.runs import ContainerPlan
from consoleapp.simulator.sizes import Size
from consoleapp.simulator.store import NEVER, StoredGroup

_to_json: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
ACTION: Final = "CreateContainerGroup"
# Parameters that are not part of what was asked for.
_COMMON_TEXT: Final = """
Action Version Format AccessKeyId SignatureMethod SignatureVersion SignatureNonce SignatureType Timestamp
Signature SecurityToken ClientToken
"""
_COMMON: Final = frozenset(_COMMON_TEXT.split())


def create_container_group(call: Call) -> Answer:
    """Create a group and return its id, or that of the one made with the same client token and parameters."""
    limits = call.limits
    if not call.store.take(
        call.account, ACTION, burst=limits.create_burst, per_second=limits.create_per_second, now=call.now
    ):
        raise ApiError("Throttling")
    fields = Fields(call.tree)
    region_id, token, is_dry_run = call.region_id, eci_request.read_token(fields), fields.boolean("DryRun")
    fingerprint = _fingerprint(call) if token else ""
    waiting = call.store.faults(call.account)
    if token and not is_dry_run:
        first = call.store.token(call.account, ACTION, region_id, token)
        if first is not None:
            return faults.after(call.store, call.account, waiting, {"ContainerGroupId": _same(first, fingerprint)})
    group, allocation_id = _new_group(call, fields)
    _check_supply(call, group.vcpu, waiting)
    if is_dry_run:
        raise ApiError("DryRun.Success")
    call.store.add_group(call.account, group)
    if allocation_id:
        call.store.bind_eip(call.account, allocation_id, group.group_id)
    if token:
        call.store.keep_token(call.account, ACTION, region_id, token, fingerprint=fingerprint, group_id=group.group_id)
    return faults.after(call.store, call.account, waiting, {"ContainerGroupId": group.group_id})


def _fingerprint(call: Call) -> str:
    """Return a digest of what was asked for; keyed, because the parameters may hold passwords."""
    asked = sorted(item for item in call.parameters.items() if item[0] not in _COMMON)
    return hmac.digest(call.fingerprint_key, _to_json(asked).encode(), "sha256").hex()


def _same(first: tuple[str, str], fingerprint: str) -> str:
    if not hmac.compare_digest(first[0], fingerprint):
        raise ApiError("IdempotentParameterMismatch")
    return first[1]


def _check_supply(call: Call, vcpu: float, waiting: Collection[str]) -> None:
    if faults.happens(call.store, call.account, faults.ARREARS, waiting):
        raise ApiError("Account.Arrearage")
    if faults.happens(call.store, call.account, faults.NO_STOCK, waiting):
        raise ApiError("OperationDenied.NoStock")
    if call.store.used_vcpu(call.account, call.region_id, call.now) + vcpu > call.limits.max_vcpu:
        raise ApiError("QuotaExceeded", "The vCPU quota exceeded.")


@dataclass(frozen=True, slots=True)
class _Request:
    """The checked request."""

    name: str
    size: Size
    instance_type: str
    category: str
    options: dict[str, Any]
    volumes: list[dict[str, Any]]
    init_containers: list[ContainerRequest]
    containers: list[ContainerRequest]
    access: RegistryAccess
    place: Place


def _read(call: Call, fields: Fields, serial: int) -> _Request:
    name = eci_request.read_name(fields)
    volumes = eci_volumes.read_volumes(fields)
    volume_names = [volume["Name"] for volume in volumes]
    containers = eci_containers.read_containers(fields, volume_names)
    init_containers = eci_containers.read_init_containers(fields, volume_names)
    eci_containers.check_names([*init_containers, *containers])
    size = eci_request.read_size(fields, containers, init_containers, call.region_id)
    eci_request.check_market(eci_request.read_spot(fields), size)
    return _Request(
        name=name,
        size=size,
        instance_type=eci_request.first_instance_type(fields),
        category=eci_request.read_category(fields, size),
        options=eci_request.describe_options(fields),
        volumes=volumes,
        init_containers=init_containers,
        containers=containers,
        access=eci_request.read_registry_access(fields),
        place=eci_place.find_place(call, fields, serial=serial),
    )


def _new_group(call: Call, fields: Fields) -> tuple[StoredGroup, str]:
    """Return (the group, allocation id of the EIP that it takes)."""
    serial = call.store.next_serial(call.account)
    request = _read(call, fields, serial)
    group_id = f"eci-sim-{call.new_id()}"
    plan = _plan(call, fields, request, group_id)
    final = lifecycle.final_moment(plan, (), speed=call.speed)
    group = StoredGroup(
        serial=serial,
        region_id=call.region_id,
        group_id=group_id,
        name=request.name,
        vcpu=request.size.vcpu,
        created=call.now,
        ends=NEVER if final == inf else call.now + final,
        deleted=None,
        restarts=(),
        plan_text=plan.to_json(),
        description_text=_to_json(_description(request, group_id, call.region_id)),
    )
    return group, request.place.eip_allocation_id


def _plan(call: Call, fields: Fields, request: _Request, group_id: str) -> GroupPlan:
    pending = fields.integer("MaxPendingMinute", 10, 1440) or timings.DEFAULT_MAX_PENDING_MINUTES
    architecture = "arm64" if fields.text("CpuArchitecture") == "ARM64" else "amd64"
    return GroupPlan(
        group_id=group_id,
        name=request.name,
        spec=request.instance_type or str(request.size),
        restart_policy=request.options["RestartPolicy"],
        max_pending_seconds=pending * 60,
        active_deadline_seconds=fields.integer("ActiveDeadlineSeconds", 1),
        looks_for_image_cache=fields.boolean("AutoMatchImageCache"),
        has_pre_stop=any(item.has_pre_stop for item in request.containers),
        init_containers=_container_plans(call, request, request.init_containers, architecture),
        containers=_container_plans(call, request, request.containers, architecture),
    )


def _container_plans(
    call: Call, request: _Request, containers: Sequence[ContainerRequest], architecture: str
) -> tuple[ContainerPlan, ...]:
    pulls = {image: _pull(call, request, image, architecture) for image in {item.image for item in containers}}
    return tuple(_container_plan(item, pulls[item.image]) for item in containers)


def _pull(call: Call, request: _Request, image: str, architecture: str) -> Pull:
    access = request.access
    return call.catalog.pull(
        image,
        region_id=call.region_id,
        vpc_reaches_internet=request.place.reaches_internet,
        credentials=access.credentials,
        acr_registry_infos=access.acr_registry_infos,
        plain_http=access.plain_http,
        insecure=access.insecure,
        architecture=architecture,
        now=call.now,
    )


def _container_plan(container: ContainerRequest, pull: Pull) -> ContainerPlan:
    process = processes.process_of(
        container.commands,
        container.args,
        keeps_terminal=container.keeps_terminal,
        exits_at_once=pull.exits_at_once,
        exit_code=pull.exit_code,
    )
    return ContainerPlan(
        name=container.name,
        image=container.image,
        pull_policy=container.pull_policy,
        pull_error="" if pull.ok else pull.error,
        size_bytes=pull.size_bytes,
        digest=pull.digest,
        run_seconds=process.run_seconds,
        exit_code=process.exit_code,
        ready_delay_seconds=container.ready_delay_seconds,
        log_lines=tuple(pull.log_lines) if process.output is None else process.output,
        tells_log=container.tells_log,
    )


def _description(request: _Request, group_id: str, region_id: str) -> dict[str, Any]:
    place = request.place
    return {
        "ContainerGroupId": group_id,
        "ContainerGroupName": request.name,
        "RegionId": region_id,
        "ZoneId": place.vswitch.zone_id,
        "Cpu": float(request.size.vcpu),
        "Memory": float(request.size.memory_gib),
        "InstanceType": request.instance_type,
        "ComputeCategory": request.category,
        "VpcId": place.vswitch.vpc_id,
        "VSwitchId": place.vswitch.vswitch_id,
        "SecurityGroupId": place.security_group_id,
        "EniInstanceId": f"eni-sim-{group_id[-20:]}",
        "IntranetIp": place.intranet_ip,
        "InternetIp": place.internet_ip,
        "Ipv6Address": place.ipv6_address,
        "Discount": 0,
        **request.options,
        "Volumes": request.volumes,
        "Containers": [item.description for item in request.containers],
        "InitContainers": [item.description for item in request.init_containers],
    }
