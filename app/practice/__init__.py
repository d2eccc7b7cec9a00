"""Playing along: the metronome, a bar that counts in, and the keys of a MIDI keyboard."""
