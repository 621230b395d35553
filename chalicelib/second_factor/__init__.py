"""Two-step verification with an authenticator app."""
