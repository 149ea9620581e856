"""Every address of the console, by feature."""

from django.conf import settings
from django.urls import include, path

from consoleapp import admin
from consoleapp.accounts.views import sign_in
from consoleapp.domain.roles import Permission
from consoleapp.web import health
from consoleapp.web.routes import route
from consoleapp.wizard.views.importing import importing

urlpatterns = [
    route(health.LIVE_PATH, health.live, Permission.OPEN, name="live"),
    route("readyz", health.ready, Permission.OPEN, name="ready"),
    path("audit/", include("consoleapp.audit.urls")),
    path("accounts/", include("consoleapp.accounts.urls")),
    # The same page by the name that django-allauth looks it up by.
    route("accounts/sign-in/", sign_in, Permission.OPEN, name="account_login"),
    path("admin/", admin.site.urls),
    path("teams/<slug:slug>/links/", include("consoleapp.portal.urls")),
    path("teams/", include("consoleapp.teams.urls")),
    path("", include("consoleapp.governance.urls")),
    path("approvals/", include("consoleapp.approvals.urls")),
    path("teams/<slug:slug>/credentials/", include("consoleapp.credentials.urls")),
    path("templates/", include("consoleapp.catalogue.urls")),
    path("", include("consoleapp.cloud_accounts.urls")),
    path("orders/", include("consoleapp.orders.urls")),
    path("buy/", include("consoleapp.wizard.urls")),
    route("import/", importing, Permission.DRAFT, name="import"),
    path("portal/", include("consoleapp.sample_portal.urls")),
    path("", include("consoleapp.groups.urls")),
]

if settings.METRICS:
    from consoleapp.web.metrics import metrics

    urlpatterns.insert(0, route("metrics", metrics, Permission.OPEN, name="metrics"))

handler400 = "consoleapp.web.failures.bad_request"
handler429 = "consoleapp.web.failures.too_many_requests"  # Django has no such handler, django-allauth looks for it
handler500 = "consoleapp.web.failures.server_error"
