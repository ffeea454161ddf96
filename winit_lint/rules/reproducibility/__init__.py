"""WI8: API and reproducibility."""
