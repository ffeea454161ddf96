"""The runtime probe: builds a model in a child process and measures it. It alone knows torch, and only in the child."""
