"""A small lending library: a whole service made with the chassis, for the tests of its edges."""
