"""What happens after a response: items of the outbox become emails and more.

Each function of this package is invoked by a stream or by a queue, and has a role of its own.
"""
