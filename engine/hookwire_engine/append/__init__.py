"""From a webhook request to a durable journal entry.

Theory of operation. `Intake.judge` asks the source's check or recipe (validation.py), which was
compiled with the live values of its secrets (vault.py opens them). `Intake.pack` turns a request
into `PackedRows`: it validates the body once and keeps its exact text, and encodes what all rows of
the request share (headers, attributes)
once. `CollectionAppender.append` wraps them in a `Ticket` and hands it to the `Journal`, which
never blocks the caller: tickets wait in a queue bounded in bytes, and none is taken while too much
of what is durable waits for the applier. One thread takes all that wait, writes them as one
checksummed frame, calls fdatasync once and only then says so through `on_durable`. A ticket's
position is its number in the order of the journal, from 1. The applier reads entries back from the
files with `entries_after(position)`, decodes them into columns with `RowReader`, and tells with
`release(position)` what it no longer needs.

    request -> json_text | form_data | cloudevents -> intake (rowcodec) -> appender
            -> journal (commit) -> log -> segment -> frame

Nothing here imports duckdb, pyarrow or asyncio: this wing is meant to run in a process of its own.
How to debug it: `<data>/journal/` holds segments named by their first position; the formats are in
frame.py and segment.py, the rules of recovery in log.py.
"""
