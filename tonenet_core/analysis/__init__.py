"""Pure functions on arrays: metrics, quantiles, trees, keys. No model, file or cache."""
