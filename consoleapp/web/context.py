"""What every template knows about the console itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def console(request: HttpRequest) -> dict[str, Any]:
    """`console` in templates: product name, which cloud, whether guests are welcome."""
    return {
        "console": {
            "product_name": settings.PRODUCT_NAME,
            "is_simulator": settings.CLOUD == "simulator",
            "sign_in_required": settings.SIGN_IN == "required",
            "request_id": getattr(request, "request_id", ""),
        }
    }
