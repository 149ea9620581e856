"""Parts: what one section of a draft contributes to the container group, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from consoleapp.wizard.mapping.problems import Problem


@dataclass(frozen=True)
class Parts:
    """`values` are keyword arguments of ContainerGroupSpec; what cannot be read is left out and is a problem."""

    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
