"""Measures response times, the use of DynamoDB, and the cost of a season."""
