"""Facts (What we know) and the silent hypotheses of a session."""
