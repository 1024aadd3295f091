"""Previews while something moves: what a photo shows is found once, dots are chosen and drawn by a short way."""
