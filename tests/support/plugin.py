"""The fixtures every test of the repository may ask for."""
