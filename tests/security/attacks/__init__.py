"""An attacker's code in each Lambda function: what its role lets it do, and what it doesn't."""
