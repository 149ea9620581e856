"""What the product asks of the outside world, as protocols, and the shapes of the answers.

Services take one of these as an argument; ``connect.py`` builds the real ones, ``tests/fakes.py`` the others, and the
tests in ``tests/contract`` hold all of them to the same behaviour. Answers that the rules of the domain work on
(networks) are declared in ``domain/network.py``. Every method raises ``GatewayError`` and nothing else. All
datetimes are in UTC. CPU is in vCPU, memory in GiB.
"""
