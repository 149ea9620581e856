"""What every page says of a GatewayError in the same words."""

from django.utils.translation import gettext as _

from consoleapp.gateways.errors import AccessDenied


def lacking(error: object) -> str:
    """Say which RAM permission the account lacks, in a sentence; "" for other errors, or where none is known."""
    if not isinstance(error, AccessDenied) or not error.permission:
        return ""
    return _("It lacks the permission %(permission)s. Ask who manages the account.") % {"permission": error.permission}
