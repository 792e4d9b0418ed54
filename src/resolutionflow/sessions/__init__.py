"""Sessions: what a troubleshooting session stores and how it is called (messages, lane, facts, fixes, documents, resolve)."""
