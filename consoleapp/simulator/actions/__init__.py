"""The actions, one module a product or a family: each has a table ACTIONS, action name → handler(Call) → answer.

What a handler is given is described in call.py; which version of which product leads here, in dispatch.py.
"""
