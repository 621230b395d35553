"""The last evening, played: people of all roles at once, and whether all they were told is so."""
