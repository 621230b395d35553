"""Setting up and removing an authenticator app, whose codes sign in beside the password."""
