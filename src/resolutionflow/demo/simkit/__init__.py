"""What the simulated PSAs share: the loopback server, faults, the clock, the logs, the state file, the control interface.

A vendor brings its grammar: `State` (its tables), `Api` (its paths, sign-in and refusals) and `Control` (its rights and
what people do in it). `SimApp` ties them together, `SimServer` runs it in a thread, `serve` in the foreground.
Nothing of the product is imported here.
"""
