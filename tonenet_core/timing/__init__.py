"""The time of a performance taken apart: tempo, swing, lags inside chords, articulation and pedal; and put together."""
