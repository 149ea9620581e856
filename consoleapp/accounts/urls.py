"""Addresses of signing in and out, of one's password and of one's sign-ins."""

from django.urls import path

from consoleapp.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.password, name="password"),
    path("sign-ins/", views.sign_ins, name="sign-ins"),
]
