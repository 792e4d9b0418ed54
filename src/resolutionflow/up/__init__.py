"""Runs the product as processes: everything in one (``up``), or server and worker apart."""
