"""Any point -> its distance to the equilibrium; any operator -> what can be promised of it.

Nothing here knows a solver: points and active sets are arguments.
"""
