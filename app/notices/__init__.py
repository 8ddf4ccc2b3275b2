"""Deskhand's own messages: their words, the letter they become, and its way out over SMTP."""
