"""The languages that a request can be taken along in, in the order of the pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.languages.exports import cli, kubernetes, parameters, python_sdk, ros, terraform
from consoleapp.languages.exports.exported import Exported, without_secrets


@dataclass(frozen=True)
class Language:
    """``word`` stands in addresses, ``label`` on pages (marked for translation), ``file_name`` is what it is saved as.

    ``write`` gets the group without its secrets and gives the text; the Blanks are added for it.
    """

    word: str
    label: str
    file_name: str
    write: Callable[[ContainerGroupSpec], Exported]


LANGUAGES: Final = (
    Language("parameters", "OpenAPI", "create-container-group.json", parameters.write),
    Language("cli", "Alibaba Cloud CLI", "create-container-group.sh", cli.write),
    Language("python", "Python", "create_container_group.py", python_sdk.write),
    Language("terraform", "Terraform", "main.tf", terraform.write),
    Language("kubernetes", "Kubernetes", "pod.yaml", kubernetes.write),
    Language("ros", "ROS", "template.yaml", ros.write),
)


def export(language: Language, spec: ContainerGroupSpec) -> Exported:
    """Return the request in the language. Its secrets are not in it, whatever the language's module does."""
    plain, blanks = without_secrets(spec)
    made = language.write(plain)
    lost = {each.path for each in made.lost}
    # A secret that the language cannot say has no blank in the text.
    kept = tuple(
        each for each in blanks if not any(each.path == path or each.path.startswith(f"{path}.") for path in lost)
    )
    return Exported(made.text, kept, made.lost, made.told)
