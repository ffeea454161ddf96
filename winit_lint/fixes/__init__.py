"""From proposals to edits of the text."""
