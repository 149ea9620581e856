"""DomainError, the closed set of its reasons, and the English sentence of each.

The grammar errors of an image address have reasons of their own (``image.py``). Errors of the outside world are not
here: they are ``gateways.errors.GatewayError``.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar


def _(sentence: str) -> str:
    """Mark a sentence of the domain: makemessages looks for this name, the web layer translates when it is shown."""
    return sentence


class Reason(StrEnum):
    """Why a value was refused; the web layer translates by this word and fills in ``DomainError.params``."""

    REQUIRED = "required"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_NUMBER = "not_a_number"
    NOT_POSITIVE = "not_positive"
    TOO_PRECISE = "too_precise"
    FORBIDDEN_CHARACTER = "forbidden_character"
    DUPLICATE = "duplicate"
    EXACTLY_ONE = "exactly_one"
    CONFLICT = "conflict"
    ONLY_WITH = "only_with"
    NEEDS = "needs"
    SUM_EXCEEDED = "sum_exceeded"
    UNKNOWN_VOLUME = "unknown_volume"
    GROUP_NAME_FORMAT = "group_name_format"
    CONTAINER_NAME_FORMAT = "container_name_format"
    ENVIRONMENT_KEY_FORMAT = "environment_key_format"
    ID_FORMAT = "id_format"
    REGION_FORMAT = "region_format"
    UNKNOWN_REGION = "unknown_region"
    NOT_GRANTED = "not_granted"
    INSTANCE_TYPE_FORMAT = "instance_type_format"
    ROLE_NAME_FORMAT = "role_name_format"
    ROLE_ARN_FORMAT = "role_arn_format"
    TAG_KEY_FORMAT = "tag_key_format"
    TAG_KEY_OURS = "tag_key_ours"
    HOST_NAME_FORMAT = "host_name_format"
    USER_NAME_COLON = "user_name_colon"
    IP_ADDRESS_FORMAT = "ip_address_format"
    ABSOLUTE_PATH = "absolute_path"
    RELATIVE_PATH = "relative_path"
    SIZE_LIMIT_FORMAT = "size_limit_format"
    FILE_MODE_FORMAT = "file_mode_format"
    NOT_SOLD = "not_sold"
    RETYPE = "retype"
    NO_CONTAINER = "no_container"
    SOLD_ELSEWHERE = "sold_elsewhere"
    NOT_IN_CATEGORY = "not_in_category"
    UNKNOWN_PARAMETER = "unknown_parameter"
    MALFORMED = "malformed"
    OPEN_QUOTE = "open_quote"
    LOGIN_NOT_KNOWN = "login_not_known"
    NO_IMAGE = "no_image"
    LOGIN_MISSING = "login_missing"
    USER_NAME_MISSING = "user_name_missing"
    PASSWORD_MISSING = "password_missing"  # noqa: S105
    SAVED_LOGIN_GONE = "saved_login_gone"
    SAVED_LOGIN_ELSEWHERE = "saved_login_elsewhere"
    SAVED_LOGIN_UNSAFE = "saved_login_unsafe"
    TEMPLATE_CHOICES = "template_choices"
    TEMPLATE_RANGE = "template_range"
    TEMPLATE_LEAST = "template_least"
    TEMPLATE_MOST = "template_most"
    TEMPLATE_PATTERN = "template_pattern"


SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        Reason.REQUIRED: _("A value is required."),
        Reason.TOO_SHORT: _("Use at least {limit} characters; this has {length}."),
        Reason.TOO_LONG: _("Use at most {limit} characters; this has {length}."),
        Reason.TOO_MANY: _("At most {limit} are allowed; there are {count}."),
        Reason.TOO_LARGE: _("At most {limit} bytes are allowed; there are {size}."),
        Reason.OUT_OF_RANGE: _("Use a number from {least} to {most}."),
        Reason.NOT_A_CHOICE: _("Choose one of: {choices}."),
        Reason.NOT_A_NUMBER: _("This is not a number."),
        Reason.NOT_POSITIVE: _("Use a number above zero."),
        Reason.TOO_PRECISE: _("Use at most {limit} decimal places."),
        Reason.FORBIDDEN_CHARACTER: _("The character at position {position} cannot be sent."),
        Reason.DUPLICATE: _("{name} is used more than once."),
        Reason.EXACTLY_ONE: _("Give exactly one of: {choices}."),
        Reason.CONFLICT: _("This cannot be combined with {other}."),
        Reason.ONLY_WITH: _("This is only possible together with {other}."),
        Reason.NEEDS: _("This needs {other} as well."),
        Reason.SUM_EXCEEDED: _("The containers ask for {total} in all, more than the {limit} of the container group."),
        Reason.UNKNOWN_VOLUME: _("The container group has no volume named {name}."),
        Reason.GROUP_NAME_FORMAT: _(
            "Use 2 to 128 lower-case letters, digits and hyphens, with no hyphen at the start or the end."
        ),
        Reason.CONTAINER_NAME_FORMAT: _(
            "Use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at the start or the end."
        ),
        Reason.ENVIRONMENT_KEY_FORMAT: _("Use 1 to 128 letters, digits and underscores, with no digit at the start."),
        Reason.ID_FORMAT: _("This is not an id: use letters, digits, hyphens, underscores and dots."),
        Reason.REGION_FORMAT: _("This is not a region or zone id."),
        Reason.NOT_GRANTED: _("Your team was granted {granted} of the cloud account. Ask a site admin for others."),
        Reason.UNKNOWN_REGION: _("The console knows no such region. An administrator can add one by hand."),
        Reason.INSTANCE_TYPE_FORMAT: _("Use instance types or pairs such as 2-4Gi, separated by commas."),
        Reason.ROLE_NAME_FORMAT: _("Use 1 to 64 letters, digits, dots, hyphens and underscores."),
        Reason.ROLE_ARN_FORMAT: _("A role ARN looks like acs:ram::1234567890123456:role/name."),
        Reason.TAG_KEY_FORMAT: _(
            "A tag key must not start with aliyun or acs: and must not contain http:// or https://."
        ),
        Reason.TAG_KEY_OURS: _("The console itself marks each container group with {name}; choose another key."),
        Reason.HOST_NAME_FORMAT: _("This is not a host name."),
        Reason.USER_NAME_COLON: _(
            "A user name cannot hold a colon: the registry would take the rest for the password."
        ),
        Reason.IP_ADDRESS_FORMAT: _("This is not an IP address."),
        Reason.ABSOLUTE_PATH: _("The path must start with a slash."),
        Reason.RELATIVE_PATH: _("The path must not start with a slash and must not contain '..'."),
        Reason.SIZE_LIMIT_FORMAT: _("Use a number with a unit, for example 256Mi."),
        Reason.FILE_MODE_FORMAT: _("Use four octal digits, for example 0644."),
        Reason.NOT_SOLD: _("No size with at least {cpu} vCPU and {memory_gib} GiB is sold; the largest is {largest}."),
        Reason.RETYPE: _("Type the value again, or keep it secret: a stored secret is never shown."),
        Reason.NO_CONTAINER: _("Add at least one container: init containers only prepare for it."),
        Reason.SOLD_ELSEWHERE: _("{cpu} vCPU with {memory_gib} GiB is not sold in this region; {next} is."),
        Reason.NOT_IN_CATEGORY: _("The compute category offers {least} to {most} vCPU."),
        Reason.UNKNOWN_PARAMETER: _("{name} is not a parameter that this console knows."),
        Reason.MALFORMED: _("The value cannot be read as {kind}."),
        Reason.LOGIN_NOT_KNOWN: _("The registry was not asked yet: check access, or enter its login."),
        Reason.NO_IMAGE: _("No image is named here. Take its address, the link to its page, or a docker run line."),
        Reason.LOGIN_MISSING: _("User name and password are missing."),
        Reason.USER_NAME_MISSING: _("The user name is missing."),
        Reason.PASSWORD_MISSING: _("The password is missing."),
        Reason.SAVED_LOGIN_GONE: _("The saved login is gone: type one or choose another."),
        Reason.SAVED_LOGIN_ELSEWHERE: _("The saved login is not for all images of this registry: type one."),
        Reason.SAVED_LOGIN_UNSAFE: _(
            "A saved login is not sent to a registry on plain HTTP, or one whose certificate is not verified, unless "
            "the console's administrator has listed it: type one."
        ),
        Reason.OPEN_QUOTE: _("A quotation mark or backslash is open at the end."),
        Reason.TEMPLATE_CHOICES: _("The template {template} allows one of: {choices}."),
        Reason.TEMPLATE_RANGE: _("The template {template} allows {least} to {most}."),
        Reason.TEMPLATE_LEAST: _("The template {template} allows {least} and more."),
        Reason.TEMPLATE_MOST: _("The template {template} allows at most {most}."),
        Reason.TEMPLATE_PATTERN: _("The template {template} wants a value like {pattern}."),
    }
)


class DomainError(ValueError):
    """A value that cannot be sent.

    ``path`` is the dotted field path, list positions from 0 (``containers.0.image``); empty means the whole.
    ``params`` never holds a secret. ``others`` are further errors found in the same pass.
    """

    sentences: ClassVar[Mapping[str, str]] = SENTENCES

    def __init__(self, reason: str, path: str = "", **params: str | int) -> None:
        self.reason = reason
        self.path = path
        self.params = params
        self.message = self.sentences[reason].format(**params)
        self.others: tuple[DomainError, ...] = ()
        super().__init__(self.message)

    @property
    def all_errors(self) -> tuple["DomainError", ...]:
        """Return this error and the others of the same pass, in field order."""
        return (self, *self.others)

    def move_under(self, prefix: str) -> None:
        """Put ``prefix`` before the path of this error and of the others."""
        for error in self.all_errors:
            error.path = f"{prefix}.{error.path}" if error.path else prefix

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


@contextmanager
def located(prefix: str) -> Iterator[None]:
    """Put ``prefix`` before the path of errors raised inside: ``with located("containers.0"): Container(...)``."""
    try:
        yield
    except DomainError as error:
        error.move_under(prefix)
        raise
