"""Flows: decision trees for a symptom, their definitions, and the starter library."""
