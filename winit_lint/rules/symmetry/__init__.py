"""WI4: symmetry and sharing."""
