"""COPY TO STDOUT and COPY FROM STDIN: the statement, its options, its streams. No I/O.

    options     what may be said, and what goes together
    statement   the tokens of a COPY to what it asks for
    outgoing    batches of rows to CopyData messages
    incoming    CopyData messages to batches of rows

The bytes of rows are made in `values.copy_rows`, beside those of DataRow.
"""
