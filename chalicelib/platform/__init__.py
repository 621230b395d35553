"""What every room stands on: settings, errors, actions, DynamoDB, clock."""
