"""Simulates the last evening: many concurrent users of all roles; checks what was saved."""
