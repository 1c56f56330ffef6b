"""One history under many settings, on all cores or a cluster, and what to believe of the best of them."""
