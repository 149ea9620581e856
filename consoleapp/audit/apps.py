"""The app of the audit trail."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "consoleapp.audit"
    label = "audit"
