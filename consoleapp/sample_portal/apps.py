"""The app of the sample portal: a team of four people for each visitor of the demo who wants one."""

from django.apps import AppConfig


class SamplePortalConfig(AppConfig):
    name = "consoleapp.sample_portal"
    label = "sample_portal"

    def ready(self) -> None:
        """Have the samples deleted to which nobody comes back."""
        from consoleapp.sample_portal.services import drop_idle_samples
        from consoleapp.web.periodic import periodic_tasks

        periodic_tasks.connect(drop_idle_samples, dispatch_uid="sample_portal.drop_idle_samples")
