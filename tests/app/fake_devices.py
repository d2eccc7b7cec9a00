"""Audio devices made of clocks."""

import miniaudio


class Devices:
    """miniaudio with devices of the given names, all of which are clocks.

    Attributes:
        names: what is plugged in; may be changed.
        opened: what was opened so far: "default", or "id of" the name.
        refusing: whether devices can be opened but not started, as when another program has them.
        playing: the device that was opened last.
        closed: number of devices that were closed.
    """

    def __init__(self, monkeypatch, names):
        self.names = list(names)
        self.opened = []
        self.refusing = False
        self.playing = None
        self.closed = 0
        devices, real = self, miniaudio.PlaybackDevice

        class Device(real):
            refuses = False

            def start(self, blocks):
                if self.refuses:
                    raise miniaudio.MiniaudioError("in use")
                super().start(blocks)

            def close(self):
                if self.running is not None:
                    devices.closed += 1
                super().close()

        def playback_device(*arguments, device_id=None, backends=None, **keywords):
            silent = backends == [miniaudio.Backend.NULL]
            if not silent and not devices.names:
                raise miniaudio.MiniaudioError("no device")
            device = Device(*arguments, backends=[miniaudio.Backend.NULL], **keywords)
            if not silent:
                device.backend, device.refuses = "Stage", devices.refusing
                devices.opened.append(device_id or "default")
            devices.playing = device
            return device

        class Listed:
            backend = "Stage"

            def get_playbacks(self):
                return [{"name": name, "id": f"id of {name}"} for name in devices.names]

        monkeypatch.setattr(miniaudio, "PlaybackDevice", playback_device)
        monkeypatch.setattr(miniaudio, "Devices", Listed)
