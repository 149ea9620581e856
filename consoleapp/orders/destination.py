"""Where an order that was given a cloud account goes, and when it may not: decided anew at every try.

A client token means nothing in another account, so a try there would make a second group. So nothing is sent, nor
looked up, where the account's row or its key leads elsewhere by now.
"""

from consoleapp.cloud_accounts import clouds
from consoleapp.cloud_accounts.grants import is_granted
from consoleapp.gateways.ports.container_groups import ContainerGroups
from consoleapp.orders.delivery import AccountChanged, NotGranted
from consoleapp.orders.models import Order


def own_port(order: Order, is_first: bool) -> ContainerGroups:
    """Return the port of the order's account; of an order that is sent for the first time the grant is looked at.

    Raise AccountChanged, NotGranted, and GatewayError where the cloud does not say whose the key is.
    """
    account = order.account
    if account is None or order.account_uid != account.uid or order.account_uid != clouds.uid_now(account):
        raise AccountChanged("The cloud account of this order is another one by now. Nothing is sent there.")
    if is_first and not is_granted(account.pk, order.team_id, order.region_id, order.vpc_id):
        raise NotGranted("The cloud account was taken from the team before the order was sent.")
    return clouds.of_order(order).container_groups
