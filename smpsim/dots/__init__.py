"""Where every dot goes."""
