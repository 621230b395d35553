"""What tests use: clients, environments, events, and checks that run beside every test."""
