"""Projects of the window: saving the open piece with its takes, and the settings with which it is shown again."""
