"""What SQL from the wire may do: read and write relations of the database `hookwire`, and nothing
else. Checked before anything reaches DuckDB, whose own configuration is the second wall.

`check` judges a statement as it came. `check_sql` judges the text that DuckDB is about to get,
with DuckDB's lexer and parser, so that nothing that a translation made of a statement, and no text
that the two lexers read differently, gets past the first.

The rules work on names, whatever surrounds them: a function that reaches outside may not be
called anywhere, quoted or not, qualified or not, as x.f() or f(x), in a view, a macro, a CTE, an
EXPLAIN. A text cannot call a function without its name, since all functions that run a text are
on the list.
"""
