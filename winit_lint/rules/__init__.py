"""The rules: one file a rule under its family's folder, and the catalogue that writes them out."""
