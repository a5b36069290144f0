"""The built site on a local address, with its search as JSON beside it and a way to correct its tags."""

from dateline.server.searching import Limits
from dateline.server.serving import application, listen, make_server, serve

__all__ = ["Limits", "application", "listen", "make_server", "serve"]
