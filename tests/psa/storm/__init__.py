"""Many writes at once, under trouble and without: none lost, none doubled, the vendors' limits kept."""
