"""How fast a request is answered, what it asks of DynamoDB, and what a season costs."""
