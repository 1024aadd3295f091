"""What the photo shows, in millimetres."""
