"""An applicant's registrations."""
