"""A driver's profile: the addresses and distances that decide what is paid, and what makes reporting quick."""
