"""Which model answers for an account, what it may cost, and what it did cost (accounts-admin.md 8)."""
