"""One function per command: load, decide, append, in one transaction."""
