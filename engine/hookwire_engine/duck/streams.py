"""Exceptions in the middle of a result.

DuckDB hands rows over through Arrow's C stream, whose errors are a text: pyarrow raises it as
OSError. The head of the text is the kind that DuckDB's own exception would have had.
"""

from __future__ import annotations

import duckdb

_KINDS: dict[str, type[duckdb.Error]] = {
    "Conversion Error": duckdb.ConversionException,
    "Out of Range Error": duckdb.OutOfRangeException,
    "Invalid Input Error": duckdb.InvalidInputException,
    "Invalid Error": duckdb.InvalidInputException,
    "INTERRUPT Error": duckdb.InterruptException,
    "Out of Memory Error": duckdb.OutOfMemoryException,
    "Constraint Error": duckdb.ConstraintException,
    "Not implemented Error": duckdb.NotImplementedException,
    "Mismatch Type Error": duckdb.TypeMismatchException,
    "Sequence Error": duckdb.SequenceException,
    "TransactionContext Error": duckdb.TransactionException,
    "IO Error": duckdb.IOException,
    "FATAL Error": duckdb.FatalException,
    "INTERNAL Error": duckdb.InternalException,
    "Binder Error": duckdb.BinderException,
}


def of_stream(error: OSError) -> duckdb.Error:
    """The exception that DuckDB would have raised; one about its files if that is not known."""
    text = str(error)
    kind = _KINDS.get(text.partition(":")[0], duckdb.IOException)
    return kind(text)
