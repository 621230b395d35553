"""Signing out without asking anybody."""
