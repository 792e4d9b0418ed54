"""Links that show one session to people without a sign-in (sessions-api.md 11)."""
