"""What staff do with registrations."""
