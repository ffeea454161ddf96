"""Findings to text: one output format a file, each a function ``render(findings, context)``."""
