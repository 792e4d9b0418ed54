"""One suite that every provider passes against its simulator."""
