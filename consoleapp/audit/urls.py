"""The address of the audit trail."""

from django.urls import path

from consoleapp.audit import views

app_name = "audit"
urlpatterns = [path("", views.trail, name="trail")]
