"""Control from outside: a private Unix socket on which a running bot answers its own user."""
