"""What staff do with registrations: find them, review them, correct them, export them."""
