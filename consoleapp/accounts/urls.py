"""Addresses of signing in and out, of one's password and of one's sign-ins."""

from consoleapp.accounts import views
from consoleapp.domain.roles import Permission
from consoleapp.web.routes import route

app_name = "accounts"
urlpatterns = [
    route("sign-in/", views.sign_in, Permission.OPEN, name="sign-in"),
    route("sign-out/", views.sign_out, Permission.SELF, name="sign-out"),
    route("password/", views.password, Permission.SELF, name="password"),
    route("sign-ins/", views.sign_ins, Permission.SELF, name="sign-ins"),
]
