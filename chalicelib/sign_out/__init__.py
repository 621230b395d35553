"""Sign out without a session check."""
