"""What every template knows about the console itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from consoleapp.web import frames


def console(request: HttpRequest) -> dict[str, Any]:
    """Return `console` for templates: product name, which cloud, whether guests are welcome."""
    return {
        "console": {
            "product_name": settings.PRODUCT_NAME,
            "cloud_label": str(_("Simulator")) if settings.CLOUD == "simulator" else "Alibaba Cloud",
            "is_simulator": settings.CLOUD == "simulator",
            "sign_in_required": settings.SIGN_IN == "required",
            "request_id": getattr(request, "request_id", ""),
            **_frame(request),
        }
    }


def _frame(request: HttpRequest) -> dict[str, str]:
    """Return the sites that may show the page in a frame, for its script; nothing outside of one."""
    if not frames.is_framed(request):
        return {}
    return {"parents": " ".join(settings.FRAME_ANCESTORS), "inside": " ".join(frames.INSIDE)}
