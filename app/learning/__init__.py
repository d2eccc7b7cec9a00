"""Learning a style from a folder, beside everything else: the folder of its run, and the run itself."""
