"""Who is asking: signing in and out, and the sessions between the two."""
