"""What every package uses: settings, errors, endpoints, DynamoDB, clock."""
