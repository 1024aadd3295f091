"""What every dot looks like."""
