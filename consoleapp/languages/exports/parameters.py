"""The parameters of CreateContainerGroup as the call has them: one JSON object of texts, in the order of the request.

Source: the vendor's OpenAPI metadata of Eci 2018-08-08.
"""

import json
from typing import Final

from consoleapp.domain import wire
from consoleapp.domain.errors import _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.languages.exports.exported import Exported, Told, blank_values, files

ACTION: Final = "CreateContainerGroup"
VERSION: Final = "2018-08-08"


def write(spec: ContainerGroupSpec) -> Exported:
    """Return the parameters as JSON; `<NAME>` stands in the place of a secret."""
    found = {"Action": ACTION, "Version": VERSION, **wire.to_parameters(spec)}
    found |= {key: str(blank.reveal()) for key, blank in blank_values(spec).items()}
    told = (Told(_("The content of a file stands there in Base64.")),) if files(spec) else ()
    return Exported(json.dumps(found, indent=2, ensure_ascii=False) + "\n", told=told)
