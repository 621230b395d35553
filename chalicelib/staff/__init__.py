"""Registrations for staff: search, review, edit, export."""
