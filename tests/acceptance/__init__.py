"""The deployment, rehearsed on an AWS emulator that enforces each function's role."""
