"""ToneNet's core: piano MIDI in, the same notes with another style's dynamics out.

The public functions, importable without Qt and usable from a script::

    from tonenet_core.midi import read_midi, write_midi
    from tonenet_core.checkpoint import load
    from tonenet_core.transfer import transfer

    write_midi("out.mid", transfer(read_midi("in.mid"), load("stylenet"), "classical"))

Importing this package imports nothing heavy: torch comes in with the first model.
"""

__version__ = "0.1.0"
