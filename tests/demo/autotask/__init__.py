"""The simulated Autotask."""
