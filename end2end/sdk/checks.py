"""What the scripts of all libraries need: where the server is, and complaints that say what was seen."""

import sys
import urllib.request

BASE = sys.argv[1]
KEY = "lv_test"
PICTURE = "iVBORw0KGgo="


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


def hits(model):
    """How often a model was asked for."""
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return int(straight.open(f"{BASE}/hits/{model}", timeout=10).read())
