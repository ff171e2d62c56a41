"""Starts LocalStack on loopback only: by itself it listens on every address of the machine,
whatever address it is given."""

import runpy

from twisted.internet import endpoints

_everywhere = endpoints.TCP4ServerEndpoint.__init__


def _on_loopback(self, reactor, port, backlog=50, interface="127.0.0.1"):
    _everywhere(self, reactor, port, backlog, interface or "127.0.0.1")


endpoints.TCP4ServerEndpoint.__init__ = _on_loopback
runpy.run_module("localstack.runtime.main", run_name="__main__")
