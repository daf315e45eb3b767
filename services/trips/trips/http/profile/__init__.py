"""The driver's own profile and the municipality's list of addresses, as API and as pages."""
