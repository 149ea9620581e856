"""What was pasted where an image is asked for, put into a container; and what of it was taken, in words.

How such a text is read is in languages/imports/pasted.py.
"""

import re
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain import limits
from consoleapp.domain.errors import DomainError
from consoleapp.domain.secret import Secret
from consoleapp.domain.typed import join_line
from consoleapp.languages.imports.pasted import Pasted, parse_pasted
from consoleapp.web.formats import first_few
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.draft.naming import FIELD
from consoleapp.wizard.draft.new import first_data, move_version
from consoleapp.wizard.forms import rows
from consoleapp.wizard.shape import Data, Fields, containers_of, env_name

# A name that nobody has typed.
_GIVEN: Final = re.compile(r"(?:container|init)-[0-9]+", re.ASCII)
PORTS_SHOWN: Final = 4
# What a pasted text may change in a container.
UNDONE: Final = ("image", "image_version", "name", "ports", rows.VARIABLES, "commands", "args", "working_dir")


@sensitive_variables("pasted", "secrets")
def data_of(pasted: Pasted, secrets: dict[str, Secret]) -> Data:
    """Return a new draft's data with all that was pasted; secret values go to the secrets."""
    data = first_data({})
    put(data, containers_of(data)[0], pasted, secrets)
    if limits.GROUP_NAME.fullmatch(pasted.name):
        data["spec"][FIELD] = pasted.name
    if not pasted.is_as_typed:
        _note(data, containers_of(data)[0], pasted)
    return data


@sensitive_variables()
def take_typed(
    data: Data, container: Fields, before: Fields, secrets: dict[str, Secret], *, is_saving: bool = True
) -> None:
    """Take in what the Image field holds where that is more than an address, and note it; `before` is the container as
    it was. Where nothing is saved, only an address replaces what was typed: rows would be lost."""
    text = raw.word(container, "image")
    try:
        pasted = parse_pasted(text)
    except DomainError:
        container["image"] = _masked(text)
        return
    if pasted.is_as_typed:
        return
    if not is_saving and taken_words(pasted):
        container["image"] = _masked(text)
        _note(data, container, pasted)["waits"] = True
        return
    put(data, container, pasted, secrets)
    earlier = data.get("taken", {}).get(container["_key"], {})
    is_again = earlier.get("image") == image_text(container) and "before" in earlier
    kept = earlier["before"] if is_again else {name: before[name] for name in UNDONE if name in before}
    _note(data, container, pasted)["before"] = kept


def undo(data: Data, container: Fields) -> set[str]:
    """Put the container back as it was before the text in its Image field was taken in; return the names of the secrets
    that came with it."""
    key = container["_key"]
    before = data.get("taken", {}).pop(key, {}).get("before")
    if before is None:
        return set()
    kept = {row["_key"] for row in before.get(rows.VARIABLES, [])}
    gone = {env_name(key, row["_key"]) for row in container.get(rows.VARIABLES, []) if row["_key"] not in kept}
    for name in UNDONE:
        container.pop(name, None)
    container.update(before)
    return gone


def taken_of(data: Data, key: str, image: str) -> dict[str, Any]:
    """Return what was taken out of the text in the Image field, as long as the image is still the one it named."""
    taken: dict[str, Any] = data.get("taken", {}).get(key, {})
    return taken if taken.get("waits") or (taken and taken["image"] == image) else {}


def _note(data: Data, container: Fields, pasted: Pasted) -> dict[str, Any]:
    # With the version that was typed beside the text, where it said none.
    image = pasted.image if " " in raw.word(container, "image") else image_text(container)
    noted: dict[str, Any] = {"image": image, "words": taken_words(pasted), "left_out": list(pasted.left_out)}
    data.setdefault("taken", {})[container["_key"]] = noted
    return noted


def _masked(text: str) -> str:
    """Return the text without what may be the value of a variable."""
    begin, equals, _values = text.partition("=")
    return f"{begin}=…" if equals and " " in text else text


@sensitive_variables("pasted", "secrets")
def put(data: Data, container: Fields, pasted: Pasted, secrets: dict[str, Secret]) -> None:
    """Put what was pasted into the container; the same pasted twice changes nothing."""
    container["image"] = pasted.image
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
    shown = first_few(ports, PORTS_SHOWN)
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
