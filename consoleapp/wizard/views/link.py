"""*Copy as link* on Confirm: the draft as an address that others can open."""

from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.web.domain_words import where_in_words
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard.draft.link_of import link_of
from consoleapp.wizard.draft.links import NAMES_MAX
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import saved_logins


@dataclass(frozen=True)
class Link:
    """What templates/wizard/_link.html shows. `size` is in kB where the link would be too long, `names_over` the number
    of its fields where these are too many."""

    url: str = ""
    html: str = ""
    lost: tuple[str, ...] = ()
    size: int = 0
    names_over: int = 0


@sensitive_variables()
def link_to(request: ConsoleRequest, draft: Draft, spec: ContainerGroupSpec) -> Link:
    """Return the link of a complete draft, which has this group."""
    made = link_of(draft.typed, frozenset(saved_logins.secrets_of(draft)))
    if len(made.names) > NAMES_MAX:
        return Link(names_over=len(made.names))
    if not made.fits:
        return Link(size=len(made.query) // 1024 + 1)
    team = {"team": draft.team.slug} if draft.team is not None else {}
    query = "&".join(filter(None, (urlencode(team), made.query)))
    url = f"{request.build_absolute_uri(reverse('wizard:start'))}?{query}"
    title = _("Order %(name)s") % {"name": spec.container_group_name}
    lost = (where_in_words(spec, path) for path in made.lost)
    return Link(url, f'<a href="{escape(url)}">{escape(title)}</a>', tuple(dict.fromkeys(lost)))
