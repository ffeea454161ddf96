"""WI5: initialisation that reaches nothing, or the wrong thing."""
