"""Commands for operators: deploy the service, and manage its data and keys. Nothing of it ships."""
