"""Accounts for staff: search, create, change, merge; and the audit log."""
