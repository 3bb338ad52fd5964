"""How people reach it: the command line (`ui.cli`)."""
