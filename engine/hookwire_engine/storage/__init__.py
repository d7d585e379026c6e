"""The local store: one DuckDB file behind the journal.

The journal (append/) is where a row becomes durable; DuckDB is where it becomes queryable. The
`Applier` moves journaled entries into one base table per source, in large transactions that also
store the applied position, so that replay after a crash is exactly once. Catalog rows live in the
same file and are written in the transaction of the session that runs the DDL.

Rule 1: a base table `hookwire_internal.s<id>` is written by the applier only, and dropped by the
maintenance thread only. User-visible names are views over base tables, so DDL in a session's
transaction never meets an append in DuckDB's conflict detection.
Rule 2: what the applier writes is INSERT only, into tables without indexes; anything else would
take DuckDB's checkpoint lock while it is open.
Rule 3: nothing here decides whether a row is valid. Intake did; the applier must never refuse an
acknowledged row, and tries until it succeeds.

Limits: DuckDB gets half of the memory (a quarter for the sorts and hash tables of one session),
and temporary files in `<data>/tmp` half of the disk space that was free at the start. Rows that
cannot be applied stay in the journal, up to 4 GiB; beyond that requests get 503.

How to debug it: `hookwire_journal_unapplied_rows` grows and the log repeats why; readers get 58030
meanwhile. "has been invalidated" is a checkpoint that failed, on a full disk say: the database is
opened again by itself.
"""
