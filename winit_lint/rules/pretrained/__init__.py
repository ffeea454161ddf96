"""WI6: pre-trained weights."""
