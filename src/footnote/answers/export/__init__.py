"""Answers to take along: one reading of them, and Markdown, HTML and Word written from it."""
