"""Sign-up, accounts, and passwords."""
