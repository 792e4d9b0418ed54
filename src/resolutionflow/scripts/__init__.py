"""Scripts: the library's categories and templates, and the drafts that wait to be reviewed into it. Nothing here executes a script."""
