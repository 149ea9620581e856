"""Addresses of the sample portal, under `/portal/`; there in the demo alone."""

from consoleapp.domain.roles import Permission
from consoleapp.sample_portal import views
from consoleapp.web.routes import route

app_name = "sample_portal"
urlpatterns = [
    route("", views.stories, Permission.SELF, name="stories"),
    route("make/", views.make, Permission.SELF, name="make"),
    route("act/", views.act, Permission.SELF, name="act"),
    route("remove/", views.remove, Permission.SELF, name="remove"),
]
