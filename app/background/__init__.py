"""Work beside the window: jobs on a QThread, and the process in which the models run."""
