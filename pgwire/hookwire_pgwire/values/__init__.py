"""Values on the wire: Arrow batches to DataRow messages, parameters to Python. No I/O."""

from hookwire_pgwire.values.json_rows import json_rows
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.rows import decode_parameter, encode_rows, supports_binary

__all__ = ["Rendering", "decode_parameter", "encode_rows", "json_rows", "supports_binary"]
