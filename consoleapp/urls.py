"""Every address of the console, by feature."""

from django.urls import include, path

urlpatterns = [
    path("audit/", include("consoleapp.audit.urls")),
    path("accounts/", include("consoleapp.accounts.urls")),
    path("orders/", include("consoleapp.orders.urls")),
    path("buy/", include("consoleapp.wizard.urls")),
    path("", include("consoleapp.groups.urls")),
]

handler400 = "consoleapp.web.failures.bad_request"
handler500 = "consoleapp.web.failures.server_error"
