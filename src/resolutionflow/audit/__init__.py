"""Who did what to the account: append-only, chained (accounts-admin.md 6)."""
