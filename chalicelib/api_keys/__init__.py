"""API keys, with which other systems read."""
