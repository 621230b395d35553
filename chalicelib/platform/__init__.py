"""Code that every package uses: settings, errors, endpoints, DynamoDB, and the clock."""
