"""What is held about somebody: handed to them, or erased, whichever rooms it is in."""
