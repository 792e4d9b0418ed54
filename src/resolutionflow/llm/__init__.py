"""The only importer of a model library: client, tiers, usage."""
