"""A second factor: codes of an authenticator app beside the password, and what stands in for it."""
