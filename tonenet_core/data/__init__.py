"""From folders of MIDI to a training cache, and back to pieces."""
