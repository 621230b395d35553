"""Exports of an event's registrations to a file, of any size, for staff."""
