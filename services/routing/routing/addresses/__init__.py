"""The address register of one map: a SQLite file beside its graphs, read only once it is made."""
