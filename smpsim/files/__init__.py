"""The only rooms with a door to the disk."""
