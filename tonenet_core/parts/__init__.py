"""Parts of a performance beside its velocities: touch (lags and lengths) and swing, carried from style to style."""
