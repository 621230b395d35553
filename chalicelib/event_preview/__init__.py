"""The public page of an event as staff see it before anyone else, also while it is hidden."""
