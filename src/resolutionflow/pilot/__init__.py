"""The pilot: turns, markers, context and engines."""
