"""What the console knows about container groups: rules, grammar, sizes, wire names. Plain Python only.

Talking to a cloud is not here (``consoleapp.gateways``), nor is anything about pages or the database.
"""
