"""Accounts (the tenants), their people and preferences."""
