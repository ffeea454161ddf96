"""Tables about torch and its ecosystem by qualified name. No control flow; each entry is tested against torch."""
