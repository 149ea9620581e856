"""What to know before the order: what would keep the group from running, and what nobody has checked."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from consoleapp.domain.credentials import RequirementReason
from consoleapp.domain.image import ImageSource
from consoleapp.domain.limits import SYSTEM_PORTS
from consoleapp.domain.reachability import SENTENCES as WAY_OUT_SENTENCES
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.wizard.access.expectation_words import words_of
from consoleapp.wizard.access.expectations import Expectation, Reason, expectations_of
from consoleapp.wizard.access.images import checked_images
from consoleapp.wizard.draft.places import Place, place_at, place_of_path
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import Data, list_of
from consoleapp.wizard.summary.images import requirements
from consoleapp.wizard.summary.parts import CHECK_ALL, Notice


def warnings_of(spec: ContainerGroupSpec, data: Data, network: NetworkChoices | None) -> Iterator[Notice]:
    yield from _way_out_warning(spec, data, network)
    if spec.plain_http_registries:
        hosts = ", ".join(spec.plain_http_registries)
        yield Notice(
            _("Plain HTTP: %s") % hosts,
            _("Images and passwords for this registry travel unencrypted."),
            Place("other", field_id="id_plain_http_registries"),
        )
    if spec.insecure_registries:
        hosts = ", ".join(spec.insecure_registries)
        yield Notice(
            _("Certificate not verified: %s") % hosts,
            _("Whoever answers under this name is taken for the registry."),
            Place("other", field_id="id_insecure_registries"),
        )
    yield from _said_warnings(spec, data)
    yield from _check_warnings(spec, data)
    yield from (_expected(each, data) for each in expectations_of(data))
    for path, container in spec.all_containers:
        taken = sorted({port.port for port in container.ports} & SYSTEM_PORTS)
        if taken:
            yield Notice(
                _("Container %(name)s: port %(port)d") % {"name": container.name, "port": taken[0]},
                _("The system uses this port itself; a program that listens on it will fail."),
                place_of_path(data, f"{path}.ports"),
            )


_FIELDS: Final = {
    Reason.SAME_PORT: "ports",
    Reason.RUNS_AS_ROOT: "security_context.run_as_non_root",
    Reason.WANTS_VARIABLE: "environment_vars",
}


def _expected(expected: Expectation, data: Data) -> Notice:
    title, text = words_of(expected)
    key = expected.keys[0]
    field = _FIELDS.get(expected.reason)
    place = (
        place_at((list_of(data, key), key, *field.split(".")))
        if field
        else Place("basic", field_id="id_restart_policy")
    )
    return Notice(title, text, place)


def _said_warnings(spec: ContainerGroupSpec, data: Data) -> Iterator[Notice]:
    """Yield the registries of which the user alone says that they need no login."""
    said = {
        asked.server: (path, asked.sentence)
        for path, _container, asked in requirements(spec, data)
        if asked.reason is RequirementReason.SAID_NO_LOGIN
    }
    for host, (path, sentence) in said.items():
        yield Notice(_("No login for %s") % host, str(_(sentence)), place_of_path(data, f"{path}.image"))


def _check_warnings(spec: ContainerGroupSpec, data: Data) -> Iterator[Notice]:
    """Yield what no registry was ever asked; what one has said against an image stands beside that, see images.py."""
    known = checked_images(data)
    tried = {item.answer.question.host for item in known if item.answer and item.answer.is_current}
    entered = [each.server for each in spec.image_registry_credentials]
    if hosts := [host for host in entered if host not in tried]:
        yield Notice(
            _("Not checked: user and password for %s") % ", ".join(hosts),
            _("If they are wrong, the group stays Pending and is billed while it waits."),
            place_of_path(data, "image_registry_credentials.0.password"),
            _("Check access"),
            verb=CHECK_ALL,
        )
    unknown = [
        item.need.text
        for item in known
        if not (item.answer and item.answer.is_current)
        and item.need.source in (ImageSource.PRIVATE, ImageSource.DOCKER_HUB)
        and item.need.reference is not None
        and item.need.reference.registry_host not in hosts
    ]
    if unknown:
        names = ", ".join(dict.fromkeys(text[:90] for text in unknown[:3])) + (" …" if len(unknown) > 3 else "")
        text = _("Whether it can be pulled would show only once the group is billed.")
        yield Notice(_("Not checked: %s") % names, text, Place("basic"), _("Check access"), verb=CHECK_ALL)


def _way_out_warning(spec: ContainerGroupSpec, data: Data, network: NetworkChoices | None) -> Iterator[Notice]:
    if network is None or network.error is not None:
        return
    names = [container.name for _path, container, asked in requirements(spec, data) if asked.needs_internet]
    way = network.way_out(spec.vswitch_ids, eip=spec.has_eip)
    if not names or way.is_open:
        return
    yield Notice(
        _("No way to the Internet for %s") % ", ".join(names),
        _("%(why)s The image is pulled over the Internet, so this group would stay Pending.")
        % {"why": str(_(WAY_OUT_SENTENCES[way.reason]))},
        Place("other", field_id="id_eip"),
        _("Add an Elastic IP"),
    )
