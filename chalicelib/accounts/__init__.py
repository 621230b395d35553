"""Who someone is: signing up, and the account that comes of it."""
