"""What the scripts against the real server need. The names of workspaces here end in `.localhost`; as
browsers do, and as a name server does for real names, they are led to this machine."""

import faulthandler
import os
import socket

BASE, KEY, POOR_KEY = os.environ["BASE"], os.environ["KEY"], os.environ["POOR_KEY"]
# Whoever waits for this is told where it hangs before giving up.
faulthandler.dump_traceback_later(50)

_look_up = socket.getaddrinfo


def _here(host, *more, **named):
    name = host.decode() if isinstance(host, bytes) else host
    return _look_up("127.0.0.1" if name and name.endswith(".localhost") else host, *more, **named)


socket.getaddrinfo = _here


def same(seen, expected):
    """The two are equal."""
    assert seen == expected, f"\n seen     {seen!r}\n expected {expected!r}"


def raises(kind, act):
    """The act raises exactly this exception, which is handed back."""
    try:
        act()
    except Exception as error:
        assert type(error) is kind, f"raised {error!r} instead of {kind.__name__}"
        return error
    raise AssertionError(f"nothing was raised instead of {kind.__name__}")
