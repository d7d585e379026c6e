"""The webhook door. Knows HTTP and the engine's surface, not SQL's wire. See http/README.md."""

from hookwire_http.config import HttpConfig
from hookwire_http.server import HttpServer, bind_socket, create_server

__all__ = ["HttpConfig", "HttpServer", "bind_socket", "create_server"]
