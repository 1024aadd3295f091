"""Pages and pictures that explain a preview."""
