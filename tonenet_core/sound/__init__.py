"""From a Performance to samples: schedule, synthesizer, SoundFonts, loudness."""
