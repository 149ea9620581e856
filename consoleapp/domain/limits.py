"""Numbers and patterns that bound a container group, each with its unit and source.

Sources in brackets: [api] the vendor's OpenAPI metadata of Eci 2018-08-08 (2024-07); [limits], [probes] ... a page of
the vendor's ECI manual; [k8s] the Kubernetes rule, taken where the vendor is silent; [ours] our own guard. What CPU and
memory are sold is not here (``sizes.py``), nor the grammar of an image address (``image.py``). Patterns are for
``fullmatch``.
"""

import re
from decimal import Decimal
from typing import Final

# Container group
GROUP_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,126}[a-z0-9]")  # [api] 2-128 characters
GROUP_NAME_MAX: Final = 128  # [api] characters
VSWITCHES_MAX: Final = 10  # [api] ids of one VPC
INSTANCE_TYPES_MAX: Final = 5  # [api] types or pairs in InstanceType
EIP_BANDWIDTH_MBPS_MAX: Final = 1_000_000  # [api] Mbit/s
EIP_BANDWIDTH_MBPS_DEFAULT: Final = 5  # [api] Mbit/s
EPHEMERAL_STORAGE_GIB_MAX: Final = 5000  # [api] GiB added to the free ones
PENDING_MINUTES_MIN: Final = 10  # [manual: pod annotations] minutes
PENDING_MINUTES_MAX: Final = 1440  # minutes
PENDING_MINUTES_DEFAULT: Final = 240  # minutes
SECONDS_MAX: Final = 2**31 - 1  # [ours] seconds; the API says int64
TAGS_MAX: Final = 20  # [api]
OWN_TAGS_MAX: Final = TAGS_MAX - 1  # [ours] one carries the mark of the order
ORDER_TAG_KEY: Final = "console-order"  # [ours] the mark: see orders/payload.py
TAG_KEY_MAX: Final = 64  # [api] characters
TAG_VALUE_MAX: Final = 128  # [api] characters
TAG_KEY_RESERVED: Final = re.compile(r"(?is)(?:aliyun|acs:).*|.*https?://.*")  # [api]
DNS_ENTRIES_MAX: Final = 20  # [api] each of name servers, search domains, options
HOST_ALIASES_MAX: Final = 100  # [api] list of 101 items at the gateway
HOST_ALIAS_NAMES_MAX: Final = 50  # [api]
NTP_SERVERS_MAX: Final = 20  # [api]
SYSCTLS_MAX: Final = 100  # [api] list of 101 items at the gateway
REGISTRIES_MAX: Final = 20  # [ours] hosts in PlainHttpRegistry or InsecureRegistry
BANDWIDTH_MAX: Final = 2**63 - 1  # [api] int64; the manual says bytes/s in Chinese and bit/s in English
SPOT_DURATION_HOURS_MAX: Final = 1  # [api] hours, 0 means no protected time
SPOT_PRICE_DECIMAL_PLACES: Final = 3  # [api]

# Containers
CONTAINERS_MAX: Final = 20  # [limits]; whether init containers count is not stated, see spec.py
CONTAINER_NAME: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")  # [k8s] label; the API has no pattern
IMAGE_MAX: Final = 255  # [api] characters of Container.N.Image
COMMANDS_MAX: Final = 20  # [api]
COMMAND_LENGTH_MAX: Final = 256  # [api] characters of one command
ARGS_MAX: Final = 10  # [api]
ARG_LENGTH_MAX: Final = 32_768  # [ours] characters
ENVIRONMENT_VARS_MAX: Final = 240  # [api] list of 241 items at the gateway
ENVIRONMENT_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")  # [api]
ENVIRONMENT_VALUE_MAX: Final = 256  # [api] characters
PORTS_MAX: Final = 100  # [api] list of 101 items at the gateway
PORT_MIN: Final = 1
PORT_MAX: Final = 65_535
SYSTEM_PORTS: Final = frozenset({111, 998, 10250, 10255})  # [limits] taken by the system: avoid, not refused
VOLUME_MOUNTS_MAX: Final = 100  # [api] list of 101 items at the gateway
PROBE_COMMANDS_MAX: Final = 20  # [probes]
HANDLER_COMMANDS_MAX: Final = 100  # [api] list of 101 items at the gateway
HTTP_HEADERS_MAX: Final = 100  # [api] list of 101 items at the gateway
CAPABILITIES_MAX: Final = 100  # [api]
CAPABILITY: Final = re.compile(r"[A-Z][A-Z_]{0,62}[A-Z]")  # [k8s] the vendor's lists differ by page and date
USER_ID_MAX: Final = 2**32 - 2  # [ours] the largest uid of Linux; the API says int64
GPU_MAX: Final = 16  # [ours] cards of one container

# CPU and memory as asked for; what is sold stands in sizes.py
CPU_MAX: Final = Decimal(64)  # [limits] vCPU of one container group
MEMORY_GIB_MAX: Final = Decimal(512)  # [sizes page] GiB of the largest size
DECIMAL_PLACES: Final = 6  # [ours] the API says float

# Volumes
VOLUMES_MAX: Final = 20  # [limits]
CONFIG_FILES_MAX: Final = 90  # [config file page] files of one volume
CONFIG_FILE_BYTES_MAX: Final = 32 * 1024  # [config file page] bytes of one file
CONFIG_FILES_BYTES_MAX: Final = 60 * 1024  # [config file page] bytes of all files
FILE_MODE: Final = re.compile(r"0[0-7]{3}")  # [config file page] octal digits
SIZE_LIMIT: Final = re.compile(r"[1-9][0-9]{0,8}(?:\.[0-9]{1,3})?(?:[KMGT]i?)?")  # [empty directory page] e.g. 256Mi
FLEX_OPTIONS_MAX: Final = 50  # [ours]
DISK_SIZE_GIB_MAX: Final = 32_768  # [ours] GiB

# Registry access
REGISTRY_CREDENTIALS_MAX: Final = 10  # [api] list of 11 items at the gateway
USER_NAME_MAX: Final = 256  # [ours] characters
PASSWORD_MAX: Final = 4096  # [ours] characters; ACR's temporary passwords are about 1,000 long
ACR_REGISTRY_INFOS_MAX: Final = 20  # [api] list of 21 items at the gateway
ACR_DOMAINS_MAX: Final = 100  # [api]

# Texts
TEXT_MAX: Final = 1024  # [ours] characters of a path, a host name list entry and the like
ID: Final = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?"
)  # [ours] keeps commas and blanks out of lists
REGION: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")  # [ours] region and zone ids
INSTANCE_TYPE: Final = re.compile(r"ecs\.[a-z0-9.-]{1,60}|[0-9]{1,3}(?:\.[0-9]{1,2})?-[0-9]{1,4}(?:\.[0-9]{1,2})?Gi")
ROLE_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")  # [RAM manual]
ROLE_ARN: Final = re.compile(r"acs:ram::[0-9]{1,20}:role/[A-Za-z0-9._-]{1,64}")  # [no-secret pull page]
HOST_NAME: Final = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
                              r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*")  # RFC 1123  # fmt: skip
