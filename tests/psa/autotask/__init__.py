"""The Autotask provider beyond the contract suite."""
