"""The door of the embedded system: a front page over all services, and a choice of who to be."""
