"""Bounces and complaints: marking the address of an account, and clearing the mark."""
