"""Text and places in it: spans, edits, suppressions, discovery."""
