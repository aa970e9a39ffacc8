"""The command line: one file a command. Nothing outside this package knows click or rich."""
