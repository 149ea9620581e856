"""Addresses of orders."""

from django.urls import path

from consoleapp.orders import views

app_name = "orders"
urlpatterns = [
    path("<uuid:order_id>/", views.detail, name="detail"),
    path("<uuid:order_id>/again/", views.again, name="again"),
    path("<uuid:order_id>/stop/", views.stop, name="stop"),
    path("<uuid:order_id>/_/state/", views.state, name="state"),
]
