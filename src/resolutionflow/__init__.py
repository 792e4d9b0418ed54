"""ResolutionFlow: a troubleshooting platform for managed service providers."""
