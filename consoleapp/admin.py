"""Django's admin: what is stored of orders and of the audit trail, to look at and nothing else, for site admins.

Nobody signs in here: its own form would know none of the limits of the console's sign-in page.
"""

from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from consoleapp.accounts.views import View, sign_out
from consoleapp.audit.models import AuditRow
from consoleapp.orders.models import Order
from consoleapp.teams.gate import is_site_admin


class Site(admin.AdminSite):
    """There for site admins (superusers), where people sign in; to everybody else it looks like a missing page."""

    site_header = site_title = settings.PRODUCT_NAME
    index_title = _("Site administration")

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether a site admin asks; where guests are welcome there is none."""
        return is_site_admin(request.user)

    def admin_view(self, view: View, cacheable: bool = False) -> Any:
        """Return the view, which is missing for others; Django would send them to a form for another name."""
        shown = super().admin_view(view, cacheable)

        @wraps(shown)
        def for_admins(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request):
                raise Http404
            answer: HttpResponseBase = shown(request, *args, **kwargs)
            return answer

        return for_admins

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Let in who is signed in; visitors were sent to the console's own sign-in page before."""
        if not self.has_permission(request):
            raise Http404
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign out as everywhere else."""
        return sign_out(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Lead to the page that limits and records changes."""
        return redirect("accounts:password")

    password_change_done = password_change


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that are looked at; each names the fields that it shows, so that a new one is not shown by itself."""

    actions = None
    # The number of all rows beside that of those found: a count of the whole table on every page.
    show_full_result_count = False

    @property
    def media(self) -> Media:
        """Return no scripts: those of the forms have nothing to do."""
        return Media()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


site = Site()


@admin.register(Order, site=site)
class OrderAdmin(ReadOnly):
    # Not: the sealed secrets, and what makes a press the same press (form key, payload's hash).
    fields = (
        "id", "owner", "team", "draft_id", "draft_version", "press_id", "created_at", "updated_at",
        "region_id", "vpc_id", "group_name", "first_image", "container_count",
        "cpu", "memory_gib", "price_per_second", "currency", "parameters", "secret_keys",
        "state", "is_halted", "claimed_at", "next_try_at", "slot_at", "client_token", "container_group_id",
        "request_id", "error_kind", "error_code", "error_message", "error_field", "delete_requested_at", "replaces",
        "delete_replaced", "delete_replaced_at", "delete_replaced_why", "no_login",
        "account", "account_uid", "template_version", "origin", "external_ref",
    )  # fmt: skip
    list_display = ("created_at", "owner", "team", "group_name", "region_id", "state", "error_code")
    list_display_links = ("created_at", "group_name")
    list_filter = ("state", "is_halted")
    search_fields = ("=id", "group_name", "=container_group_id", "owner__username", "=request_id")


@admin.register(AuditRow, site=site)
class AuditRowAdmin(ReadOnly):
    fields = (
        "at", "actor_id", "actor_name", "action", "object_id", "team_id", "via", "request_id", "payload",
        "previous_hash", "hash",
    )  # fmt: skip
    list_display = ("at", "actor_name", "action", "object_id", "request_id")
    search_fields = ("actor_name", "action", "=object_id", "=request_id")
