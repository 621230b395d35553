"""What staff do with accounts: find, create, change, and merge them; and the audit log."""
