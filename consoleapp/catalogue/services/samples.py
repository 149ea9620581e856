"""Templates that come with the console: what many begin with. They are plain data, ask for little, and lock nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consoleapp.launch_templates.locks import Mode
from consoleapp.wizard.draft.new import first_data
from consoleapp.wizard.shape import CONTAINERS, Data, Fields, new_key

# In data["page"] of a draft: the sample that it was made of, whose short form it is shown in.
SAMPLE: Final = "sample"

_ASKED: Final = {"mode": Mode.OPEN.value}
_REQUIRED: Final = {"mode": Mode.REQUIRED.value}


@dataclass(frozen=True)
class Variable:
    """A variable of the container; without a value it must be filled in."""

    key: str
    value: str = ""
    is_secret: bool = False
    help: str | Promise = ""


@dataclass(frozen=True)
class Sample:
    """A template that comes with the console."""

    slug: str
    name: str | Promise
    text: str | Promise
    icon: str
    image: str
    container: str
    cpu: str
    memory: str
    port: str = ""
    restart: str = "Always"
    asks: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = field(default=())

    @property
    def data(self) -> Data:
        """Return the data of a new draft, whose group has a name of its own."""
        asked = {"image": self.image, "cpu": self.cpu, "memory": self.memory, "restart": self.restart}
        data = first_data(asked)
        card = data["spec"][CONTAINERS][0]
        card["name"] = self.container
        if self.port:
            card["ports"] = [{"_key": new_key(data, "r"), "port": self.port, "protocol": "TCP"}]
        rows = [self._row(data, each) for each in self.variables]
        if rows:
            card["environment_vars"] = rows
        data["page"][SAMPLE] = self.slug
        return data

    @staticmethod
    def _row(data: Data, variable: Variable) -> Fields:
        return {
            "_key": new_key(data, "r"),
            "key": variable.key,
            "value": variable.value,
            "source": "value",
            "value_secret": variable.is_secret,
        }

    def fields(self, data: Data) -> Mapping[str, Mapping[str, Any]]:
        """Return what is asked of a draft that was made of it, by the paths of that draft."""
        card = data["spec"][CONTAINERS][0]
        at = f"{CONTAINERS}/{card['_key']}"
        fields: dict[str, Mapping[str, Any]] = {f"{at}/{name}": _ASKED for name in ("image_version", *self.asks)}
        helps = {each.key: each for each in self.variables}
        for row in card.get("environment_vars", []):
            if (said := helps.get(row.get("key"))) is not None:
                mode = _ASKED if said.value else _REQUIRED
                fields[f"{at}/environment_vars/{row['_key']}/value"] = {**mode, "help": str(said.help)}
        return {**fields, "cpu": _ASKED, "memory_gib": _ASKED}


SAMPLES: Final = (
    Sample(
        "web-server",
        _("Web server"),
        _("nginx that serves pages on port 80, and starts again should it end."),
        "globe",
        "nginx:1.29",
        "web",
        "0.5",
        "1",
        port="80",
    ),
    Sample(
        "job",
        _("Job that runs once"),
        _("A command in Python. The group ends with it, and so does the bill."),
        "bolt",
        "python:3.13",
        "job",
        "1",
        "2",
        restart="Never",
        asks=("commands",),
    ),
    Sample(
        "test-database",
        _("Database for a test"),
        _("PostgreSQL that is gone with its group. Nothing is kept: not for data that you need."),
        "layers",
        "postgres:17",
        "database",
        "1",
        "2",
        port="5432",
        variables=(
            Variable("POSTGRES_PASSWORD", is_secret=True, help=_("The password of the user postgres.")),
            Variable("POSTGRES_DB", "test", help=_("The database that is made at the start.")),
        ),
    ),
    Sample(
        "message-broker",
        _("Message broker"),
        _("RabbitMQ for programs that pass messages to each other."),
        "hub",
        "rabbitmq:4",
        "broker",
        "1",
        "2",
        port="5672",
        variables=(
            Variable("RABBITMQ_DEFAULT_USER", "app", help=_("Who connects.")),
            Variable("RABBITMQ_DEFAULT_PASS", is_secret=True, help=_("The password of this user.")),
        ),
    ),
)


def sample_of(slug: str) -> Sample | None:
    """Return the sample with this short name."""
    return next((each for each in SAMPLES if each.slug == slug), None)
