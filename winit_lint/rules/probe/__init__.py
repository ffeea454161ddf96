"""Rules on what the probe measured."""
