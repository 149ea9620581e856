"""What becomes of the keys of a Compose file that a container group has no place for. Those that are taken are not
here, nor those whose fate depends on their value.

Source of the keys: the Compose specification (2026-06), *services*.
"""

from types import MappingProxyType
from typing import Final

from consoleapp.domain.errors import _

HARMLESS: Final = _("Not needed here, nothing is lost: it was left out.")
CANNOT: Final = _("A container group has nothing like it: it was left out.")
SHARED: Final = _("All containers of a group share one network and one address: it was left out.")
_HOST: Final = _("A container group has no host that could be set up: it was left out.")
_SIZE: Final = _("Only the vCPU and memory of a container can be bounded: it was left out.")
_SPACES: Final = _("The cloud decides what containers share with each other and with the host: it was left out.")
_ONE: Final = _(
    "A container group runs one of each container: it was left out. Create the group as often as you need it."
)
_OTHER_SERVICE: Final = _(
    "What the service takes over from another one is not put together here: bring in what `docker compose config` "
    "prints instead."
)

SERVICE: Final = MappingProxyType(
    {
        "annotations": HARMLESS,
        "attach": HARMLESS,
        "blkio_config": _SIZE,
        "cap_drop": _("Rights can only be added: all that the cloud gives by default stay."),
        "cgroup": _SPACES,
        "cgroup_parent": _SPACES,
        "cpu_count": _SIZE,
        "cpu_percent": _SIZE,
        "cpu_period": _SIZE,
        "cpu_quota": _SIZE,
        "cpu_rt_period": _SIZE,
        "cpu_rt_runtime": _SIZE,
        "cpu_shares": _SIZE,
        "cpuset": _SIZE,
        "credential_spec": CANNOT,
        "develop": HARMLESS,
        "device_cgroup_rules": _HOST,
        "devices": _HOST,
        "domainname": CANNOT,
        "extends": _OTHER_SERVICE,
        "external_links": SHARED,
        "group_add": CANNOT,
        "init": HARMLESS,
        "ipc": _SPACES,
        "isolation": CANNOT,
        "label_file": HARMLESS,
        "labels": HARMLESS,
        "logging": HARMLESS,
        "mac_address": SHARED,
        "mem_reservation": _SIZE,
        "mem_swappiness": _SIZE,
        "memswap_limit": _SIZE,
        "models": CANNOT,
        "oom_kill_disable": _SIZE,
        "oom_score_adj": _SIZE,
        "pid": _SPACES,
        "pids_limit": _SIZE,
        "provider": _("Something other than a container runs this service: it was left out."),
        "pull_refresh_after": _("An image is pulled when a container starts, never later: it was left out."),
        "runtime": CANNOT,
        "security_opt": CANNOT,
        "stop_signal": _("A container is always stopped with SIGTERM: it was left out."),
        "storage_opt": CANNOT,
        "ulimits": CANNOT,
        "use_api_socket": _HOST,
        "userns_mode": _SPACES,
        "uts": _SPACES,
        "volumes_from": _("Mount the volume in both containers instead: it was left out."),
    }
)
DEPLOY: Final = MappingProxyType(
    {
        "endpoint_mode": SHARED,
        "labels": HARMLESS,
        "mode": _ONE,
        "placement": CANNOT,
        "replicas": _ONE,
        "rollback_config": CANNOT,
        "update_config": CANNOT,
    }
)
SCALE: Final = _ONE
LIMITS: Final = MappingProxyType({"pids": _SIZE})
RESERVATIONS: Final = _("Nothing is reserved for a single container, the whole group is paid for: it was left out.")
FILE: Final = MappingProxyType(
    {
        "include": _(
            "The other file is not here: bring its services in as well, or what `docker compose config` prints."
        ),
        "models": CANNOT,
        "networks": SHARED,
        "version": HARMLESS,
    }
)
