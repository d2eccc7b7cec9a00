"""Pictures where there is no window; importing a module of it imports matplotlib."""
