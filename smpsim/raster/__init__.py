"""Dots become a picture: pure arrays."""
