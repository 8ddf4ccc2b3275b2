"""Deskhand: hand your inbox to an assistant without handing over the keys."""

__version__ = "0.1.0"
