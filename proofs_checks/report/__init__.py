"""The audit's page and terminal report, made from its JSON document alone."""
