"""WI7: particular layers."""
