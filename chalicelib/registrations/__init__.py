"""What an applicant tells us, for which event, and how far it has come."""
