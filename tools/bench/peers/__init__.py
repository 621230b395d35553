"""Other services for the same requests, which ``make bench PEERS=1`` measures in the same run."""
