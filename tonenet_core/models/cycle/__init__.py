"""The CycleGAN: covers in images, under a melody that is locked."""
