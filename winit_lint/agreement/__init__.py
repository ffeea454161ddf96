"""Static findings held against what the probe measured: confirmed, contradicted, or not reached."""
