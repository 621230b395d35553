"""The account: its names, its password, its role, its store, and the emails to its owner."""
