"""Secrets of drafts: sealed rows beside the draft, never in its plain data.

Names: `credential/<registry host>` for a password, `env/<container key>/<row key>` for an environment variable's value.
"""

from collections.abc import Iterable

from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.secret import Secret
from consoleapp.web import sealing
from consoleapp.wizard.models import Draft, DraftSecret


def credential_name(host: str) -> str:
    """The name of the password for a registry host."""
    return f"credential/{host}"


def env_name(container_key: str, row_key: str) -> str:
    """The name of the secret value of one environment variable."""
    return f"env/{container_key}/{row_key}"


def _bound_to(draft: Draft, name: str) -> str:
    return f"draft/{draft.pk}/{name}"


@sensitive_variables()
def put(draft: Draft, name: str, secret: Secret) -> None:
    """Stores the secret under this name, in place of an older one."""
    DraftSecret.objects.update_or_create(
        draft=draft, name=name, defaults={"sealed": sealing.seal(secret, _bound_to(draft, name))}
    )


def get_all(draft: Draft) -> dict[str, Secret]:
    """Every secret of the draft by its name."""
    return {row.name: sealing.unseal(row.sealed, _bound_to(draft, row.name)) for row in draft.secrets.all()}


def names(draft: Draft) -> frozenset[str]:
    """The names under which something is stored."""
    return frozenset(draft.secrets.values_list("name", flat=True))


def forget(draft: Draft, names_to_forget: Iterable[str]) -> None:
    """Wipes the secrets with these names."""
    draft.secrets.filter(name__in=list(names_to_forget)).delete()


@sensitive_variables()
def copy_all(source: Draft, target: Draft) -> None:
    """Seals every secret of the source draft again for the target draft."""
    for name, secret in get_all(source).items():
        put(target, name, secret)
