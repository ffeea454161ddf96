"""The intermediate representation: frozen values that the interpreter and the probe both build, and rules read."""
