"""The command line: one thin file a subcommand, heavy imports inside `run`."""
