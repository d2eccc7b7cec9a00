"""From a Performance to an audio device or a MIDI port."""
