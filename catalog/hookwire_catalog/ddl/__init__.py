"""Our statements: text to values. `parse_statement` is the way in; printer.py is the way back.

Each file parses one family of statements by recursive descent without recursion: the grammar is
flat, so no input, however deep its parentheses, deepens the stack, and the cursor only moves on,
so every statement is read in time linear in its length.
"""

from hookwire_catalog.ddl.parse import parse_statement

__all__ = ["parse_statement"]
