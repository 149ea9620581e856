"""The pages of cloud accounts: site admins add, check and grant them; a team sees those that it was granted."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consoleapp.cloud_accounts import services, summary
from consoleapp.cloud_accounts.forms import FORMS, GrantForm, ReplaceForm
from consoleapp.cloud_accounts.models import AccountGrant, CloudAccount, Kind, State
from consoleapp.gateways.errors import GatewayError
from consoleapp.teams.actors import actor_of
from consoleapp.teams.gate import is_site_admin, team_of_page


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """List all accounts."""
    rows = [(each, summary.status_of(each)) for each in services.all_accounts()]
    return render(request, "cloud_accounts/list.html", {"rows": rows})


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Ask for an account of the kind that the address names, add it, and check it."""
    kinds = services.possible_kinds()
    asked = request.GET.get("kind", kinds[0].value)
    if asked not in kinds:
        raise Http404
    kind = Kind(asked)
    form = FORMS[kind](request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            by = actor_of(request).person
            account = services.add_account(by, form.account(kind), form.typed_secret())
        except services.NameTaken:
            form.add_error("name", _("Another account has this name."))
        else:
            _tell(request, services.check(by, account))
            return redirect("cloud_accounts:detail", account_id=account.pk)
    context = {"form": form, "kind": kind, "kinds": kinds, "has_bases": services.possible_bases().exists()}
    return render(request, "cloud_accounts/create.html", context, status=422 if form.errors else 200)


@require_safe
def detail(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show an account, whose it is, and which teams may work in it."""
    return _page(request, _account(account_id))


@require_POST
def check(request: HttpRequest, account_id: int) -> HttpResponse:
    """Ask the cloud whose the key is, and show the account again."""
    _tell(request, services.check(actor_of(request).person, _account(account_id)))
    return redirect("cloud_accounts:detail", account_id=account_id)


@sensitive_post_parameters("secret")
@require_POST
def replace_key(request: HttpRequest, account_id: int) -> HttpResponse:
    """Store another AccessKey pair if the cloud says that it is of the same account."""
    account, form = _account(account_id), ReplaceForm(request.POST)
    if account.kind != Kind.ACCESS_KEY:
        raise Http404
    if form.is_valid():
        told = form.cleaned_data
        try:
            services.replace_key(actor_of(request).person, account, told["access_key_id"], told["secret"])
        except services.NotThisAccount as error:
            words = _("This key belongs to the account %(uid)s. Add that one as an account of its own.")
            form.add_error("access_key_id", words % {"uid": error.uid})
        except GatewayError as error:
            failed = CloudAccount(state=State.FAILS, cause=error.kind, code=error.code)
            form.add_error("secret", _("Not replaced. %s") % summary.status_of(failed).trouble)
        else:
            messages.success(request, _("The key is replaced; the cloud takes it."))
            return redirect("cloud_accounts:detail", account_id=account_id)
    return _page(request, account, replacing=form, status=422)


@require_POST
def grant(request: HttpRequest, account_id: int) -> HttpResponse:
    """Let a team work in the account."""
    account, form = _account(account_id), GrantForm(request.POST)
    if form.is_valid():
        try:
            services.grant(actor_of(request).person, account, form.cleaned_data["team"], form.limits)
        except services.AlreadyGranted:
            form.add_error("team", _("The team has this account already. Take it back first."))
        except services.NotUsable:
            form.add_error("team", _("Nobody knows yet whose account this is: its check has never succeeded."))
        else:
            return redirect("cloud_accounts:detail", account_id=account_id)
    return _page(request, account, granting=form, status=422)


@require_POST
def change_grant(request: HttpRequest, account_id: int, grant_id: int) -> HttpResponse:
    """Have the team work in this account, or take it back."""
    made = get_object_or_404(AccountGrant.objects.select_related("account", "team"), pk=grant_id, account=account_id)
    by, told = actor_of(request).person, {"team": made.team, "account": made.account}
    if request.POST.get("do") == "default":
        services.make_default(by, made)
        messages.success(request, _("%(team)s works in %(account)s from now on.") % told)
    elif request.POST.get("do") == "revoke":
        services.revoke(by, made)
        words = _("%(account)s is taken from %(team)s. What was sent there is still looked after.")
        messages.success(request, words % told)
    return redirect("cloud_accounts:detail", account_id=account_id)


@require_POST
def delete(request: HttpRequest, account_id: int) -> HttpResponse:
    """Forget an account that nothing needs."""
    account = _account(account_id)
    try:
        services.delete(actor_of(request).person, account)
    except services.InUse:
        words = _("%s stays: a team works in it, a role is assumed with it, or something was ordered there.")
        messages.error(request, words % account)
        return redirect("cloud_accounts:detail", account_id=account_id)
    messages.success(request, _("%s is deleted, with its key.") % account)
    return redirect("cloud_accounts:list")


@require_safe
def of_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the accounts that the team was granted."""
    team = team_of_page(request, slug)
    rows = [(each, summary.status_of(each.account), summary.limits_of(each)) for each in services.grants_of_team(team)]
    has_default = any(made.is_default for made, *_others in rows)
    context = {
        "team": team,
        "rows": rows,
        "configured": "" if has_default else summary.configured(),
        "is_site": is_site_admin(request.user),
    }
    return render(request, "cloud_accounts/team.html", context)


def _account(account_id: int) -> CloudAccount:
    try:
        return services.find_account(account_id)
    except CloudAccount.DoesNotExist:
        raise Http404(_("There is no such cloud account.")) from None


def _tell(request: HttpRequest, account: CloudAccount) -> None:
    status = summary.status_of(account)
    if status.trouble:
        messages.error(request, _("The check failed. %s") % status.trouble)
    else:
        messages.success(request, _("The cloud takes the key: it is of the account %s.") % account.uid)


def _page(
    request: HttpRequest,
    account: CloudAccount,
    *,
    replacing: ReplaceForm | None = None,
    granting: GrantForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "account": account,
        "status": summary.status_of(account),
        "grants": [(each, summary.limits_of(each)) for each in services.grants_of_account(account)],
        "replacing": (replacing or ReplaceForm()) if account.kind == Kind.ACCESS_KEY else None,
        "granting": (granting or GrantForm()) if account.uid else None,
        "trust_policy": summary.trust_policy(account) if account.kind == Kind.RAM_ROLE else "",
    }
    return render(request, "cloud_accounts/detail.html", context, status=status)
