"""What the buttons of the access check do to a draft: ask for a check, mend what it found, pin, go on anyway.

The same on every page of the wizard that shows answers. Each remedy changes the draft and has it checked again.
"""

import re

from consoleapp.domain.image import (
    ImageReference,
    ImageReferenceError,
    ImageSource,
    parse_image_reference,
    source_of,
    vpc_host_of,
)
from consoleapp.gateways.proof import StatusEvidence
from consoleapp.wizard.access.answers import answer_about
from consoleapp.wizard.access.registry_lists import INSECURE, LISTS, PLAIN_HTTP, add_host, remove_host
from consoleapp.wizard.access.requirements import drop_unused
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.images import PINNED, image_text, pin, pinned_tag, reference_of, tag_address, unpin
from consoleapp.wizard.shape import (
    SAVED,
    Fields,
    containers_of,
    credential_name,
    credential_of,
    credential_prefix,
    credential_row,
)
from consoleapp.wizard.steps import SLUGS
from consoleapp.wizard.views.access_check import LOGIN_PLACE, PLACE, SEPARATOR
from consoleapp.wizard.views.submission import Action, Gone, Submission, Way, container_of

ALL = "all"
# Of a credential's number in the database.
NUMBER_DIGITS = 18
ARCHITECTURES = {"amd64": "", "arm64": "ARM64"}
_is_fingerprint = re.compile(r"[0-9a-f]{64}").fullmatch


def _reference(container: Fields) -> ImageReference:
    reference = reference_of(container)
    if reference is None:
        raise Gone
    return reference


def _keys_on(change: Submission, host: str) -> list[str]:
    """Return the containers whose images come from this host."""
    found = ((each["_key"], reference_of(each)) for each in containers_of(change.data))
    return [key for key, reference in found if reference is not None and reference.registry_host == host]


def _again(change: Submission, keys: list[str], key: str) -> None:
    """Have these containers checked once the change is saved, and show the answer about one of them."""
    change.checks += [each for each in keys if each not in change.checks]
    change.open, change.at = key, f"{PLACE}{key}"


def _check(change: Submission, keys: str) -> None:
    every = [each["_key"] for each in containers_of(change.data)]
    wanted = every if keys == ALL else [key for key in keys.split(SEPARATOR) if key in every]
    if wanted:
        kept = change.open
        _again(change, wanted, wanted[0])
        # A check of several shows no card in particular.
        change.open = wanted[0] if len(wanted) == 1 else kept


def _use_tag(change: Submission, key: str, tag: str) -> None:
    fields = container_of(change, key)
    try:
        parse_image_reference(f"{raw.word(fields, 'image')}:{tag}")
    except ImageReferenceError:
        raise Gone from None
    fields["image_version"] = tag
    fields.pop(PINNED, None)
    _again(change, [key], key)


def _use_architecture(change: Submission, key: str, architecture: str) -> None:
    if architecture not in ARCHITECTURES:
        raise Gone
    change.data["spec"]["cpu_architecture"] = ARCHITECTURES[architecture]
    if ARCHITECTURES[architecture]:
        # The cloud has no compute categories for these machines.
        change.data["spec"]["compute_categories"] = []
    _again(change, [each["_key"] for each in containers_of(change.data)], key)


def _trust(change: Submission, key: str, name: str, fingerprint: str = "") -> None:
    """Add the image's host to the registries on plain HTTP, or to those whose certificate is not verified.

    The fingerprint is that of the certificate which the button was shown with: the only one that is sent a login.
    """
    host = _reference(container_of(change, key)).registry_host
    if name not in LISTS:
        raise Gone
    add_host(change.data, name, host)
    if name == INSECURE and _is_fingerprint(fingerprint):
        change.data.setdefault("pins", {})[host.lower()] = fingerprint
    _again(change, _keys_on(change, host), key)


def _use_https(change: Submission, key: str) -> None:
    """Take the image's host off the registries on plain HTTP."""
    host = _reference(container_of(change, key)).registry_host
    remove_host(change.data, PLAIN_HTTP, host)
    _again(change, _keys_on(change, host), key)


def _use_host(change: Submission, key: str, host: str) -> None:
    container = container_of(change, key)
    container["image"] = str(ImageReference(host, _reference(container).path))
    for unused in drop_unused(change.data):
        change.forgotten.add(credential_name(unused))
        change.secrets.pop(credential_name(unused), None)
    _again(change, [key], key)


def _vpc_host(change: Submission, key: str) -> None:
    host = vpc_host_of(_reference(container_of(change, key)).registry_host)
    if host:
        _use_host(change, key, host)


def _follow(change: Submission, key: str) -> None:
    """Write the host that the registry has sent on to; only the one that is known from its own answer."""
    answer = answer_about(change.data, image_text(container_of(change, key)))
    evidence = answer.result.evidence if answer else None
    if isinstance(evidence, StatusEvidence) and evidence.location_host:
        _use_host(change, key, evidence.location_host)


def enter_credential(change: Submission, key: str, step: str = "basic") -> None:
    """Lead to the login of the image's host: the first control of it that is empty, or its password."""
    reference = _reference(container_of(change, key))
    host = reference.registry_host
    if source_of(reference) is ImageSource.DOCKER_HUB:
        credential_row(change.data, host)["private_docker_hub"] = True
    name = "password" if raw.text(credential_of(change.data, host), "user_name") else "user_name"
    change.way = Way(step, open=key, at=f"{credential_prefix(host)}-{name}")


def _check_login(change: Submission, key: str) -> None:
    """Have every image of this one's host checked with the login that was just typed."""
    host = _reference(container_of(change, key)).registry_host
    _again(change, _keys_on(change, host), key)
    change.at = f"{LOGIN_PLACE}{key}"


def _take_kept(change: Submission, key: str) -> None:
    """Take the login that is kept for the session, and have it checked."""
    change.takes_login = _reference(container_of(change, key)).registry_host
    _check_login(change, key)


def _take_saved(change: Submission, key: str, number: str) -> None:
    """Take a saved credential of the team, and have it checked."""
    if not number.isascii() or not number.isdecimal() or len(number) > NUMBER_DIGITS:
        raise Gone
    change.takes_saved = _reference(container_of(change, key)).registry_host, int(number)
    _check_login(change, key)


def leave_saved(change: Submission, key: str, step: str = "basic") -> None:
    """Have a login typed in the place of the saved one."""
    row = credential_row(change.data, _reference(container_of(change, key)).registry_host)
    row.pop(SAVED, None)
    enter_credential(change, key, step)


def _save_login(change: Submission, key: str) -> None:
    """Save the login that was typed for the team; from then on it is the saved one that is checked."""
    change.saves_login = _reference(container_of(change, key)).registry_host
    _check_login(change, key)


def _image(change: Submission, key: str) -> None:
    """Lead to the Image field."""
    container_of(change, key)
    change.way = Way("basic", open=key, at=f"{key}-image")


def _pin(change: Submission, key: str) -> None:
    """Pin to the digest that is known to be behind the tag; where none is, ask for it first."""
    fields = container_of(change, key)
    answer = answer_about(change.data, tag_address(fields) or image_text(fields))
    if answer is not None and answer.is_current and answer.result.digest:
        pin(fields, answer.result.digest)
    else:
        change.pins.append(key)
    _again(change, [key], key)


def _unpin(change: Submission, key: str) -> None:
    fields = container_of(change, key)
    if pinned_tag(fields):
        unpin(fields)
        _again(change, [key], key)


def _versions(change: Submission, key: str) -> None:
    change.open = container_of(change, key)["_key"]
    change.way = Way("versions", (key,))


def _go_on(change: Submission) -> None:
    change.goes_on, change.target = True, SLUGS[-1]


ACTIONS: dict[str, Action] = {
    "check": _check,
    "check-tag": _use_tag,
    "check-architecture": _use_architecture,
    "check-trust": _trust,
    "check-https": _use_https,
    "vpc-host": _vpc_host,
    "check-follow": _follow,
    "check-credential": enter_credential,
    "check-login": _check_login,
    "take-login": _take_kept,
    "use-saved": _take_saved,
    "leave-saved": leave_saved,
    "save-login": _save_login,
    "check-image": _image,
    "check-go-on": _go_on,
    "pin": _pin,
    "unpin": _unpin,
    "versions": _versions,
}
