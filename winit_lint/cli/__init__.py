"""The command line: one file a command, and exit codes."""
