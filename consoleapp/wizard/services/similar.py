"""New drafts from old orders: *Create similar*, and *change one thing and retry*.

Passwords and the contents of config files are wiped when an order is final, so they are asked for again; what is still
stored is carried over, and so are logins that were ordered with in the same session.
"""

import copy
from collections.abc import Callable
from typing import Final

from django.views.decorators.debug import sensitive_variables

from consoleapp.accounts.models import User
from consoleapp.domain.image import ImageReferenceError, parse_image_reference
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.launch_templates.models import LaunchTemplateVersion
from consoleapp.orders import payload
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order
from consoleapp.teams.actors import Actor
from consoleapp.wizard.access.registry_lists import INSECURE, PLAIN_HTTP, add_host, remove_host
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.draft.images import image_text, unpin
from consoleapp.wizard.draft.places import (
    BASIC,
    Place,
    place_in_container,
    place_of_login,
    place_of_wire_key,
)
from consoleapp.wizard.draft.wiped import wanted_again
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts, logins, saved_logins
from consoleapp.wizard.shape import (
    CREDENTIALS,
    EIP_CREATE,
    FROM_SESSION,
    NO_LOGIN,
    SAVED,
    Data,
    as_data,
    credential_name,
    credential_row,
    find_container,
)
from consoleapp.wizard.upgrades import CannotUpgrade, upgraded
from consoleapp.wizard.validation import read

# In data["page"]: the order that the draft is a copy of, so that Confirm can tell what differs.
COPIED_FROM: Final = "copied_from"
Change = Callable[[Data], Place]


@sensitive_variables()
def spec_of_order(order: Order) -> ContainerGroupSpec:
    """Return the container group of the order; secrets that are no longer stored are a stand-in. Raise DomainError."""
    return payload.spec_of(order, orders.stored_secrets(order))


def spec_of_template(version: LaunchTemplateVersion, **_told: object) -> ContainerGroupSpec | None:
    """Return what a version of a template asks for, unchecked; None where this version of the console cannot read it.

    Called when an approval tells what differs.
    """
    try:
        return read(as_data(copy.deepcopy(upgraded(version.data))), {})[0]
    except CannotUpgrade:
        return None


@sensitive_variables()
def draft_of_order(
    actor: Actor,
    order: Order,
    change: Change | None = None,
    session_key: str | None = None,
    *,
    replaces: Order | None = None,
) -> tuple[Draft, Place]:
    """Make a draft that asks for what the order asked for, changed as told; return it and where to begin in it.

    `replaces` is the order whose group is billed until it is deleted, whatever becomes of the draft. Logins that are
    kept for the session are taken into it.
    """
    made = to_draft(spec_of_order(order), order.vpc_id)
    secrets = {name: secret for name, secret in made.secrets.items() if secret and not payload.is_gone(secret)}
    made.data["wiped"] = [name for name, secret in made.secrets.items() if payload.is_gone(secret)]
    made.data["page"][COPIED_FROM] = str(order.pk)
    for credential in order.saved_credentials.all() if order.team_id else ():
        # Asked for anew with every order, so nothing of it was wiped.
        saved_logins.choose(made.data, credential.host, credential)
    for host in order.no_login:
        credential_row(made.data, host)[NO_LOGIN] = True
    drafts.name_copy(actor, made.data)
    if replaces is not None:
        # Preset: whoever wants the old group to go on unticks it on Confirm.
        made.data["page"]["delete_replaced"] = "on"
    place = change(made.data) if change else BASIC
    taken = _kept_passwords(actor.person, session_key, made.data, place)
    secrets |= {credential_name(host): password for host, password in taken.items()}
    if place == BASIC:
        wanted = (each.place for each in wanted_again(made.data, secrets))
        place = next((each for each in wanted if each.field_id.startswith(f"id_{CREDENTIALS}")), BASIC)
    draft = drafts.create_draft(actor, made.data, secrets=secrets, replaces=replaces)
    draft.logins_taken = tuple(taken)
    return draft, place


@sensitive_variables()
def _kept_passwords(owner: User, session_key: str | None, data: Data, place: Place) -> dict[str, Secret]:
    """Return the wiped passwords kept for the session, by host; not the one that is about to be changed, nor those of
    registries to which nothing proves a way that nobody listens on."""
    found = {}
    for fields in data["spec"].get(CREDENTIALS, []):
        host = fields["_key"]
        is_changed = place in (place_of_login(data, host), place_of_login(data, host, "user_name"))
        is_wiped = credential_name(host) in data.get("wiped", ()) and SAVED not in fields
        if not is_wiped or is_changed or not logins.is_safe(data, host):
            continue
        password = logins.password(owner, session_key, host, raw.text(fields, "user_name"))
        if password:
            found[host] = password
            fields[FROM_SESSION] = True
    return found


def change_field(wire_key: str) -> Change:
    """Open the control of a wire key."""
    return lambda data: place_of_wire_key(data, wire_key)


def change_credential(host: str) -> Change:
    """Open the password of a registry; make its row where there is none yet."""

    def change(data: Data) -> Place:
        row = credential_row(data, host)
        row.pop(NO_LOGIN, None)
        saved_logins.leave(data, host)
        if host == "docker.io":
            row["private_docker_hub"] = True
        return place_of_login(data, host, "password" if row.get("user_name") else "user_name")

    return change


def change_image(container_name: str, told: str = "") -> Change:
    """Open a container's image; `told` is why the cloud could not pull it."""

    def change(data: Data) -> Place:
        place = place_in_container(data, container_name, "image")
        card = find_container(data, place.container_key)
        if card is not None and told:
            data["told"] = {image_text(card): told}
        return place

    return change


def use_version(container_name: str, version: str) -> Change:
    """Put another version in the place of a container's; nothing is left to choose then."""

    def change(data: Data) -> Place:
        place = place_in_container(data, container_name, "image")
        card = find_container(data, place.container_key)
        if card is None:
            return place
        unpin(card)
        card["image_version"] = version
        return Place("confirm", place.container_key)

    return change


def run_once(data: Data) -> Place:
    """Have nothing started again that has ended."""
    data["spec"]["restart_policy"] = "Never"
    return Place("confirm")


def declare_plain_http(host: str) -> Change:
    """Add the registry to those on plain HTTP."""

    def change(data: Data) -> Place:
        add_host(data, PLAIN_HTTP, host)
        return Place("other", field_id="id_plain_http_registries")

    return change


def use_https(host: str) -> Change:
    """Take the registry from the list of those on plain HTTP."""

    def change(data: Data) -> Place:
        remove_host(data, PLAIN_HTTP, host)
        return Place("other", field_id="id_plain_http_registries")

    return change


def trust_registry(host: str) -> Change:
    """Add the registry to those with a self-issued certificate."""

    def change(data: Data) -> Place:
        add_host(data, INSECURE, host)
        return Place("other", field_id="id_insecure_registries")

    return change


def add_eip(data: Data) -> Place:
    """Have an Elastic IP made with the group."""
    data["spec"]["eip"] = EIP_CREATE
    return Place("other", field_id="id_eip")


def change_command(container_name: str) -> Change:
    """Open the command of a container."""

    return lambda data: place_in_container(data, container_name, "commands")


def image_of(order: Order, container_name: str) -> str:
    """Return the image address of the order's container with this name, "" for a name that it does not have."""
    parameters = order.public_parameters
    for key, value in parameters.items():
        if value == container_name and key.endswith(".Name") and key.startswith(("Container.", "InitContainer.")):
            return parameters.get(f"{key.removesuffix('.Name')}.Image", "")
    return ""


def host_of(image: str) -> str:
    """Return the registry's host of an image address, "" for one with a mistake."""
    try:
        return parse_image_reference(image).registry_host
    except ImageReferenceError:
        return ""
