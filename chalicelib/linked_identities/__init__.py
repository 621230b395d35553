"""Linked identities: signing in and up with a provider's proof, and linking and unlinking."""
