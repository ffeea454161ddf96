"""WI2: fans."""
