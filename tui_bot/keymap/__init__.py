"""What a person can do, and by which keys: the actions, their keys, and what a config makes of them."""
