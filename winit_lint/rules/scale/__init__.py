"""WI1: scale and gain."""
