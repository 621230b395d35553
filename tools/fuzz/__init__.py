"""What nobody thought of sending, sent: to the service, and to whatever parses."""
