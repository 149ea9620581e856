"""Addresses of approvals."""

from consoleapp.approvals import views
from consoleapp.domain.roles import Permission
from consoleapp.orders.services import whose_order
from consoleapp.web.routes import route

app_name = "approvals"
urlpatterns = [
    route("", views.approvals, Permission.SEE, name="list"),
    route("<uuid:order_id>/", views.detail, Permission.SEE, whose_order, name="detail", site_too=True),
    route("<uuid:order_id>/decide/", views.decide, Permission.APPROVE, whose_order, name="decide", site_too=True),
    route("<uuid:order_id>/withdraw/", views.withdraw, Permission.ORDER, whose_order, name="withdraw"),
]
