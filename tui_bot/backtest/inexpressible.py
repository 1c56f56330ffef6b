"""What fast mode says where it cannot know."""


class Inexpressible(ValueError):
    """Fast mode cannot tell what would have happened; event mode can. The text names the reason."""
