"""What staff see of the people who have an account, do to them, and what was done."""
