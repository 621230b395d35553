"""Signing in at an OpenID Connect provider: to the provider and back, with a proof of who came."""
