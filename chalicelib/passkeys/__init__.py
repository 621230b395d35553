"""Passkeys: signing in with a key of a device or a password manager (WebAuthn Level 3)."""
