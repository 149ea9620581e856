"""Addresses of orders."""

from consoleapp.domain.roles import Permission
from consoleapp.orders import views
from consoleapp.orders.services import whose_order
from consoleapp.web.routes import route

app_name = "orders"
urlpatterns = [
    route("<uuid:order_id>/", views.detail, Permission.SEE, whose_order, name="detail"),
    route("<uuid:order_id>/request/<slug:language>/", views.in_language, Permission.SEE, whose_order, name="request"),
    route("<uuid:order_id>/again/", views.again, Permission.OPERATE, whose_order, name="again"),
    route("<uuid:order_id>/stop/", views.stop, Permission.OPERATE, whose_order, name="stop"),
    route("<uuid:order_id>/_/state/", views.state, Permission.SEE, whose_order, name="state"),
]
