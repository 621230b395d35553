"""Signing in, and sessions: listed, and ended."""
