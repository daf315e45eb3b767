"""The technical library every service may use and none must; it knows no word of the domain."""
