"""The outbox: every write to a PSA is planned, previewed, sent once and read back here."""
