"""The command line: one thin file per subcommand, with heavy imports inside `run`."""
