"""What was pasted where an image is asked for, put into a container; and what of it was taken, in words.

How such a text is read is in domain/pasted.py.
"""

import re
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain import limits
from consoleapp.domain.pasted import Pasted
from consoleapp.domain.secret import Secret
from consoleapp.domain.typed import join_line
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.naming import FIELD
from consoleapp.wizard.draft.new import first_data, move_version
from consoleapp.wizard.forms import rows
from consoleapp.wizard.shape import Data, Fields, containers_of

# A name that nobody has typed.
_GIVEN: Final = re.compile(r"(?:container|init)-[0-9]+", re.ASCII)
PORTS_SHOWN: Final = 4


@sensitive_variables("pasted", "secrets")
def data_of(pasted: Pasted, secrets: dict[str, Secret]) -> Data:
    """Return a new draft's data with all that was pasted; secret values go to the secrets."""
    data = first_data({})
    put(data, containers_of(data)[0], pasted, secrets)
    if limits.GROUP_NAME.fullmatch(pasted.name):
        data["spec"][FIELD] = pasted.name
    return data


@sensitive_variables("pasted", "secrets")
def put(data: Data, container: Fields, pasted: Pasted, secrets: dict[str, Secret]) -> None:
    """Put what was pasted into the container; the same pasted twice changes nothing."""
    container["image"] = pasted.image
    container.pop("image_version", None)
    move_version(container)
    others = {raw.word(card, "name") for card in containers_of(data) if card is not container}
    if pasted.name and pasted.name not in others and _GIVEN.fullmatch(raw.word(container, "name")):
        container["name"] = pasted.name
    known = {(raw.word(row, "port"), raw.word(row, "protocol")) for row in container.get("ports", [])}
    for port, protocol in pasted.ports:
        if (str(port), protocol) not in known:
            rows.add_row(data, container, "ports").update(port=str(port), protocol=protocol)
    for name, value in pasted.variables:
        is_secret = isinstance(value, Secret)
        text = value.reveal() if isinstance(value, Secret) else value
        rows.put_variable(data, container, name, text, secrets, is_secret=is_secret)
    for field, words in (("commands", pasted.command), ("args", pasted.arguments)):
        if words:
            container[field] = join_line(words)
    if pasted.working_dir:
        container["working_dir"] = pasted.working_dir


def taken_words(pasted: Pasted) -> list[str]:
    """Return what was taken beside the image, each in a few words."""
    ports = [f"{port}/UDP" if protocol == "UDP" else str(port) for port, protocol in pasted.ports]
    shown = ", ".join(ports[:PORTS_SHOWN]) + (" …" if len(ports) > PORTS_SHOWN else "")
    count, secret = len(pasted.variables), sum(isinstance(value, Secret) for _name, value in pasted.variables)
    variables = ngettext("%(count)d variable", "%(count)d variables", count) % {"count": count}
    words = [
        _("name %(name)s") % {"name": pasted.name} if pasted.name else "",
        ngettext("port %(ports)s", "ports %(ports)s", len(ports)) % {"ports": shown} if ports else "",
        (_("%(variables)s, %(secret)d kept secret") if secret else "%(variables)s")
        % {"variables": variables, "secret": secret}
        if count
        else "",
        _("the command") if pasted.command else "",
        _("the arguments") if pasted.arguments else "",
        _("the working directory") if pasted.working_dir else "",
    ]
    return [word for word in words if word]
