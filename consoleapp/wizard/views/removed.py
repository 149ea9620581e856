"""The container that was removed last. It is kept aside with its secrets, so that it can be put back, until another
one is removed or the page is left for another step."""

from consoleapp.domain.limits import CONTAINERS_MAX
from consoleapp.wizard.access.requirements import drop_unused, unused_hosts
from consoleapp.wizard.forms.rows import VARIABLES
from consoleapp.wizard.shape import (
    CREDENTIALS,
    containers_of,
    credential_name,
    credential_of,
    env_name,
    list_of,
    paste_name,
    rows_of,
)
from consoleapp.wizard.views.submission import Gone, Submission, container_of

# Verbs that leave the page.
LEAVING = frozenset({"next", "confirm", "goto"})


def remove(change: Submission, key: str) -> None:
    """Take a container out of the group, and the logins that only its image needs; its neighbour opens."""
    container = container_of(change, key)
    name = list_of(change.data, key)
    listed = rows_of(change.data["spec"], name)
    position = listed.index(container)
    before = containers_of(change.data).index(container)
    let_go(change)
    listed.remove(container)
    hosts = unused_hosts(change.data)
    logins = [credential_of(change.data, host) for host in sorted(hosts)]
    drop_unused(change.data)
    change.data["removed"] = {"list": name, "position": position, "container": container, CREDENTIALS: logins}
    left = containers_of(change.data)
    if change.open == key:
        change.open = left[min(before, len(left) - 1)]["_key"] if left else ""
    change.at = "containers"


def put_back(change: Submission) -> None:
    """Put the removed container back where it was; raise Gone where there is none or no room for it."""
    removed = change.data.get("removed")
    if removed is None or len(containers_of(change.data)) >= CONTAINERS_MAX:
        raise Gone
    del change.data["removed"]
    container, spec = removed["container"], change.data["spec"]
    rows_of(spec, removed["list"]).insert(removed["position"], container)
    known = {row["_key"] for row in spec.get(CREDENTIALS, [])}
    for login in removed[CREDENTIALS]:
        if login["_key"] not in known:
            rows_of(spec, CREDENTIALS).append(login)
    change.open, change.at = container["_key"], "containers"


def let_go(change: Submission) -> None:
    """Forget the container that is kept aside, and its secrets."""
    removed = change.data.pop("removed", None)
    if removed is None:
        return
    container = removed["container"]
    key = container["_key"]
    known = {row["_key"] for row in change.data["spec"].get(CREDENTIALS, [])}
    change.forgotten |= {
        paste_name(key),
        *(env_name(key, row["_key"]) for row in container.get(VARIABLES, [])),
        *(credential_name(login["_key"]) for login in removed[CREDENTIALS] if login["_key"] not in known),
    }
