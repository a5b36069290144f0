"""Fuzzing: what holds of every reader, and a driver that looks for bytes of which it does not."""
