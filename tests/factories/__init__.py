"""Builders of rows."""
