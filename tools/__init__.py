"""Commands for developers: serve, test, and measure the service. Nothing of it ships."""
