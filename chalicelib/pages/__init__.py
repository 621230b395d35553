"""Web pages and their scripts, styles, and icons. Their data comes from the API."""
