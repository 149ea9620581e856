"""The pages of a team's saved credentials: the list, and what may be done with each."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from consoleapp.credentials import checks, services
from consoleapp.credentials.forms import AddForm, CheckForm, ReplaceForm
from consoleapp.credentials.models import RegistryCredential
from consoleapp.credentials.services import Use
from consoleapp.domain.image import ImageReference
from consoleapp.domain.roles import Permission
from consoleapp.domain.secret import Secret
from consoleapp.gateways.proof import AccessResult, Cause
from consoleapp.teams.actors import Actor, actor_of
from consoleapp.teams.models import Team
from consoleapp.web.clouds import image_access_of

PAGE: Final = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Line:
    """A credential as the list shows it, and what the actor may do with it."""

    credential: RegistryCredential
    uses: tuple[Use, ...]
    may_manage: bool


@require_safe
def list_credentials(request: HttpRequest, slug: str) -> HttpResponse:
    """List the team's credentials, by host and path."""
    actor, team = actor_of(request), _team(request, slug)
    uses = services.uses_of(team, actor.person)
    found = services.credentials_of(team).select_related("by")
    lines = [Line(each, tuple(uses.get(each.pk, ())), may_manage=actor.may(Permission.MANAGE, each)) for each in found]
    context = {"team": team, "lines": lines, "may_use": actor.may(Permission.ORDER)}
    return render(request, "credentials/list.html", context)


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(PAGE)
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a login, and save it for the team."""
    team, form = _team(request, slug), AddForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = services.save(
                actor_of(request).person,
                team,
                told["name"],
                told["host"],
                told["path_prefix"],
                told["user_name"],
                Secret(told["password"]),
            )
        except services.NameTaken:
            form.add_error("name", _("Another login of the team has this name."))
        except services.TooMany:
            form.add_error(None, _("The team has as many logins as any may have. Delete one first."))
        else:
            text = _("%(name)s is saved. Check it with an image that needs it: nobody has tried it yet.")
            messages.success(request, text % {"name": made.name})
            return redirect("credentials:check", slug=slug, number=made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "credentials/add.html", {"team": team, "form": form}, status=status)


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(PAGE)
def replace(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take another user name, password or name; host and path never change."""
    credential = _credential(request, slug, number)
    form = ReplaceForm(credential, request.POST) if request.method == "POST" else ReplaceForm(credential)
    if form.is_valid() and _replaced(actor_of(request), credential, form):
        messages.success(request, _("%(name)s is changed.") % {"name": credential.name})
        return redirect("credentials:list", slug=slug)
    context = {"team": credential.team, "credential": credential, "form": form}
    return render(request, "credentials/replace.html", context, status=422 if request.method == "POST" else 200)


@sensitive_variables()
def _replaced(actor: Actor, credential: RegistryCredential, form: ReplaceForm) -> bool:
    """Store what was typed and tell whether that could be done; else the form says why."""
    told = form.cleaned_data
    typed = Secret(told["password"]) if told["password"] else None
    is_other = typed is not None or told["user_name"] != credential.user_name
    password = typed or services.stored_password(credential)
    if password is None:
        form.add_error("password", _("The stored password cannot be opened any more. Type it again."))
        return False
    try:
        services.rename(actor.person, credential, told["name"])
    except services.NameTaken:
        form.add_error("name", _("Another login of the team has this name."))
        return False
    if is_other:
        services.replace(actor.person, credential, told["user_name"], password)
    return True


@require_http_methods(PAGE)
def check(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask the registry whether it lets the login in, about the image of the last check or one that is typed."""
    credential = _credential(request, slug, number)
    form = CheckForm(credential, request.POST) if request.method == "POST" else CheckForm(credential)
    if form.is_valid():
        image: ImageReference = form.cleaned_data["image"]
        result = checks.check(image_access_of(request.user), credential, image)
        if result is None:
            messages.error(request, _("The stored password cannot be opened any more. Replace it."))
        else:
            _tell(request, credential, image, result)
        return redirect("credentials:list", slug=slug)
    context = {"team": credential.team, "credential": credential, "form": form}
    return render(request, "credentials/check.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(PAGE)
def delete(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say who uses the credential; then wipe it."""
    credential = _credential(request, slug, number)
    if request.POST.get("do") == "delete":
        try:
            services.delete(actor_of(request).person, credential)
        except services.Awaited:
            messages.error(
                request, _("An order with this login waits for approval. Decide about it or withdraw it first.")
            )
            return redirect("credentials:delete", slug=slug, number=number)
        messages.success(request, _("%(name)s is deleted.") % {"name": credential.name})
        return redirect("credentials:list", slug=slug)
    uses = services.uses_of(credential.team, actor_of(request).person).get(credential.pk, [])
    context = {"team": credential.team, "credential": credential, "uses": uses}
    return render(request, "credentials/delete.html", context)


# What a registry that did not look at the login leaves unknown.
_UNTOLD: Final[dict[Cause, str | Promise]] = {
    Cause.CAN_BE_PULLED: gettext_lazy("Everybody may read %(image)s, so that says nothing of the login."),
    Cause.HOST_NOT_FOUND: gettext_lazy("%(host)s was not found."),
    Cause.NO_ANSWER: gettext_lazy("%(host)s does not answer."),
    Cause.REFUSED_BY_POLICY: gettext_lazy("The console may not ask %(host)s: its administrator has not listed it."),
    Cause.ONLY_INSIDE_VPC: gettext_lazy("%(host)s has an address inside your network only."),
    Cause.TOO_MANY_CHECKS: gettext_lazy("Too many checks are running. Check again in a moment."),
    Cause.RATE_LIMITED: gettext_lazy("Too many requests to %(host)s; try again later."),
}


def _tell(request: HttpRequest, credential: RegistryCredential, image: ImageReference, result: AccessResult) -> None:
    told: dict[str, Any] = {"name": credential.name, "host": credential.host, "image": str(image)[:120]}
    if result.cause is Cause.WRONG_CREDENTIAL:
        messages.warning(request, _("%(host)s refused %(name)s: wrong user or password. Replace it.") % told)
    elif result.cause is Cause.NOT_ALLOWED:
        messages.warning(request, _("%(host)s accepted %(name)s, but not for %(image)s.") % told)
    elif result.cause is Cause.CAN_BE_PULLED and result.checked_as:
        messages.success(request, _("%(image)s can be pulled with %(name)s.") % told)
    elif result.cause.is_answer and result.checked_as:
        messages.success(request, _("%(host)s let %(name)s in; there is no %(image)s to be pulled.") % told)
    else:
        why = str(_UNTOLD.get(result.cause, gettext_lazy("%(host)s gave no usable answer."))) % told
        messages.warning(request, _("%(why)s Nothing is known of the login now.") % {"why": why})


def _team(request: HttpRequest, slug: str) -> Team:
    """Return the team of the address, which is the actor's."""
    team = actor_of(request).team
    if team is None or team.slug != slug:
        raise Http404(_("There is no such team."))
    return team


def _credential(request: HttpRequest, slug: str, number: int) -> RegistryCredential:
    try:
        return services.find_credential(_team(request, slug), number)
    except RegistryCredential.DoesNotExist:
        raise Http404(_("There is no such login.")) from None
