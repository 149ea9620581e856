"""A link into the console as other portals write it: the address itself, HTML, a Backstage template, a GitLab job.

They open a page of the console, or hand its address to a person; none of them orders by itself.
Backstage: https://backstage.io/docs/features/software-templates/writing-templates (read in November 2026). GitLab:
https://docs.gitlab.com/ci/yaml/#environmenturl (the same).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.functional import Promise

from consoleapp.web.origins import EXTERNAL_REF


@dataclass(frozen=True)
class Asked:
    """A field that a link may fill in: its name there, what it is called, and the value for this link."""

    name: str
    label: str | Promise
    value: str = ""


@dataclass(frozen=True)
class Link:
    """A link of a team: the page that it opens, what else it says, and the fields that it fills in."""

    address: str
    title: str
    always: Mapping[str, str]
    fields: Sequence[Asked]

    @property
    def filled(self) -> list[Asked]:
        """Return the fields that have a value."""
        return [field for field in self.fields if field.value]

    @property
    def url(self) -> str:
        """Return the whole address."""
        return self._with(urlencode({**self.always, **{field.name: field.value for field in self.filled}}))

    def _with(self, query: str) -> str:
        return f"{self.address}?{query}" if query else self.address

    @property
    def html(self) -> str:
        """Return it as a link in HTML."""
        return f'<a href="{escape(self.url)}">{escape(self.title)}</a>'

    @property
    def frame(self) -> str:
        """Return it as a frame, with what is told to the page around it."""
        origin = "/".join(self.address.split("/")[:3])
        return "\n".join(
            (
                f'<iframe src="{escape(self.url)}" title="{escape(self.title)}" width="100%" height="800"></iframe>',
                "<script>",
                '  addEventListener("message", ({ origin, data }) => {',
                f"    if (origin !== {json.dumps(origin)}) return;",
                "    console.log(data.order, data.state);",
                "  });",
                "</script>",
            )
        )

    def backstage(self, team: str) -> str:
        """Return a software template of Backstage that asks for the fields and shows the link."""
        asked = {field.name: f"${{{{ parameters[{json.dumps(field.name)}] | urlencode }}}}" for field in self.filled}
        said = [urlencode(self.always), *(f"{quote(name)}={value}" for name, value in asked.items())]
        query = "&".join(filter(None, said))
        properties = [
            line
            for field in self.filled
            for line in (
                f"        {_yaml(field.name)}:",
                f"          title: {_yaml(field.label)}",
                "          type: string",
                f"          default: {_yaml(field.value)}",
            )
        ]
        return "\n".join(
            (
                "apiVersion: scaffolder.backstage.io/v1beta3",
                "kind: Template",
                "metadata:",
                f"  name: {_yaml(f'{team}-container-group')}",
                f"  title: {_yaml(self.title)}",
                "spec:",
                f"  owner: {_yaml(team)}",
                "  type: resource",
                "  parameters:",
                f"    - title: {_yaml(self.title)}",
                *(("      properties:", *properties) if properties else ("      properties: {}",)),
                "  steps:",
                "    - id: link",
                f"      name: {_yaml('Link')}",
                "      action: debug:log",
                "      input:",
                f"        message: {_yaml(self.title)}",
                "  output:",
                "    links:",
                f"      - title: {_yaml(self.title)}",
                f"        url: {_yaml(self._with(query))}",
            )
        )

    @property
    def gitlab(self) -> str:
        """Return a job of GitLab whose environment leads to the link; the order names the pipeline."""
        # In a job $ begins a variable.
        url = self.url.replace("$", "$$")
        joined = "&" if "?" in url else "?"
        return "\n".join(
            (
                "order container group:",
                "  stage: deploy",
                "  script:",
                '    - echo "$CI_ENVIRONMENT_URL"',
                "  environment:",
                "    name: order/$CI_COMMIT_REF_SLUG",
                f"    url: {_yaml(f'{url}{joined}{EXTERNAL_REF}=$CI_PROJECT_PATH_SLUG-$CI_PIPELINE_ID')}",
            )
        )


def _yaml(value: Any) -> str:
    """Return a text as YAML has it: JSON's strings are YAML's."""
    return json.dumps(str(value), ensure_ascii=False)
