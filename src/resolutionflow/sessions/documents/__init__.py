"""Documents of a session: writer, checker, storage, drafts."""
