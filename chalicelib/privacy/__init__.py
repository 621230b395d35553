"""A person’s data: exported to that person, or erased."""
