"""One module for each command: its arguments, its help, what it does."""
