"""What a developer and an operator run. Nothing of it is shipped."""
