"""Forbids the internet: an audit hook raises in this process, a filter in the kernel kills child processes."""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import struct
import sys

LOCAL = {getattr(socket, "AF_UNIX", None)}  # what multiprocessing talks through
TALKING = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
ASKING = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
AUDIT_ARCH_X86_64, SOCKET_CALL = 0xC000003E, 41
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JEQ | BPF_K, BPF_RET | BPF_K
NUMBER, ARCH, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
ALLOW, KILL_PROCESS = 0x7FFF0000, 0x80000000


class InternetError(AssertionError):
    """Something tried to reach another machine."""


def forbid():
    """Raise in this process from now on whenever Python code looks up a name or uses a socket that is not local."""
    sys.addaudithook(_refuse)


def _refuse(event, arguments):
    if event in ASKING or (event in TALKING and arguments[0].family not in LOCAL):
        raise InternetError(f"{event} {arguments[1:]}")


def can_kill():
    """Tell whether `kill_on_internet` works here."""
    return sys.platform == "linux" and platform.machine() == "x86_64"


def kill_on_internet():
    """Have the kernel end this process and its children when one opens an internet socket, in whatever language.

    A filter of seccomp (see seccomp(2)); it needs no privilege and cannot be taken off again. For `preexec_fn`.

    Raises:
        OSError: if the kernel refuses the filter.
    """
    families = (socket.AF_INET, socket.AF_INET6)
    program = [
        (LOAD, 0, 0, ARCH),
        (EQUAL, 0, 5, AUDIT_ARCH_X86_64),  # another architecture: allow
        (LOAD, 0, 0, NUMBER),
        (EQUAL, 0, 3, SOCKET_CALL),  # another call: allow
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (EQUAL, 2, 0, families[0]),
        (EQUAL, 1, 0, families[1]),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, KILL_PROCESS),
    ]
    code = b"".join(struct.pack("HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    for call in (
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0),
    ):
        if libc.prctl(*call) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"prctl{call[:2]}: {errno.errorcode.get(number)}")
