"""The address of the audit trail."""

from consoleapp.audit import views
from consoleapp.domain.roles import Permission
from consoleapp.web.routes import route

app_name = "audit"
urlpatterns = [
    route("", views.trail, Permission.SEE, name="trail"),
    route("export/<slug:kind>/", views.export, Permission.ADMIN, name="export", site_too=True),
]
