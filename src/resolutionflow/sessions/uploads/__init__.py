"""Pictures a person puts into a message."""
