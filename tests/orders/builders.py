"""Orders for tests, made the way the wizard makes them."""

from consoleapp.accounts.models import User
from consoleapp.orders import services
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor

CANARY = "canary-%41 пароль😀-7f3a"

PARAMETERS = {
    "RegionId": "cn-hangzhou",
    "ContainerGroupName": "shop-api",
    "Cpu": "2",
    "Memory": "4",
    "Container.1.Name": "api",
    "Container.1.Image": "registry.example.com/shop/api:2.3",
    "Container.1.Port.1.Port": "80",
    "ImageRegistryCredential.1.Server": "registry.example.com",
    "ImageRegistryCredential.1.UserName": "ci-reader",
    "ImageRegistryCredential.1.Password": CANARY,
}
SECRET_KEYS = frozenset({"ImageRegistryCredential.1.Password"})


def record(owner: User, form_key: str = "key-1", **changed: str) -> Order:
    """A recorded order that nobody has sent yet."""
    return services.record_order(Actor(owner), {**PARAMETERS, **changed}, SECRET_KEYS, services.Press(form_key))


def created(owner: User, container_group_id: str, form_key: str = "", **changed: str) -> Order:
    """An order whose container group exists."""
    order = record(owner, form_key or f"key-of-{container_group_id}", **changed)
    order.state, order.container_group_id, order.sealed_secrets = OrderState.CREATED, container_group_id, ""
    order.save()
    return order
