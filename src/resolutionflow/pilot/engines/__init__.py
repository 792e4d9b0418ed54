"""The engines that answer a turn."""
