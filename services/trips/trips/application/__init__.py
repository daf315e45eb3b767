"""What trips does: one function per command or message, each load, decide, append, inside one transaction."""
