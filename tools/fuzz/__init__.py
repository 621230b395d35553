"""Sends unexpected input to the service and to its parsers."""
