"""From a recipe and a cache to a checkpoint."""
