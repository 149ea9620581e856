"""Templates that tests make."""

from typing import Any

from consoleapp.domain.roles import Role
from consoleapp.launch_templates import services
from consoleapp.launch_templates.models import LaunchTemplateVersion, State
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft.encoding import to_draft
from tests.teams.people import People
from tests.wizard.complete import VPC, spec

IMAGE = "containers/c1/image"
VERSION = "containers/c1/image_version"
# The image is locked, its version and the size are asked.
FIELDS: dict[str, dict[str, Any]] = {
    IMAGE: {"mode": "locked"},
    VERSION: {"mode": "open"},
    "cpu": {"mode": "open", "choices": ["1", "2", "4"]},
    "memory_gib": {"mode": "default"},
}


def template(
    people: People,
    *,
    by: Role = Role.ADMIN,
    slug: str = "web-small",
    name: str = "Web, small",
    state: State = State.PUBLISHED,
    fields: dict[str, dict[str, Any]] | None = None,
    **changed: Any,
) -> LaunchTemplateVersion:
    """A template of the team, published unless told otherwise, of a small web server."""
    actor = Actor(people[by], people.team, by)
    data = to_draft(spec(**changed), VPC).data
    data["spec"].pop("container_group_name")
    version = services.create(
        actor,
        name=name,
        slug=slug,
        text="A web server",
        note="",
        data=dict(data),
        fields=FIELDS if fields is None else fields,
    )
    services.set_state(people[by], version.template, state)
    return version


def again(people: People, version: LaunchTemplateVersion, note: str = "", **fields: Any) -> LaunchTemplateVersion:
    """A newer version of the template, with other fields or modes."""
    actor = Actor(people[Role.ADMIN], people.team, Role.ADMIN)
    changed = {**version.fields, **{name.replace("__", "/"): said for name, said in fields.items()}}
    return services.add_version(actor, version.template, note=note, data=version.data, fields=changed)
