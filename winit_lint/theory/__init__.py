"""Pure arithmetic: Gaussian moments of activations, fans, signal propagation and the severity of its results."""
