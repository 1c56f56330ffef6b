"""What reaches the terminal: only the cells that changed."""
