"""The outside world as the product sees it: ports, errors, and the adapters behind them."""
