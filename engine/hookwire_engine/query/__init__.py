"""Statements: sessions, transactions, plans and portals.

Theory of operation. A `Session` belongs to one client and has a DuckDB cursor of its own, used on
a worker thread, one call at a time. A statement is either ours (catalog/ddl parsed it) or goes to
DuckDB:

    prepare   safety.check -> dialect.translate -> bind in DuckDB, without running: a `Plan`
    bind      a `Portal`: the plan with its parameters
    execute   next_batch: wait for the barrier, register system relations, run, fetch Arrow batches

Rule 1: a session reads what was journaled before its statement began (barrier), or, in a
transaction block, before the block's first statement: a block reads one snapshot.
Rule 2: DuckDB's BEGIN is sent at the first statement of a block, and outside a block only before a
statement that writes; a lone SELECT runs in DuckDB's autocommit.
Rule 3: one session at a time changes the catalog; it holds the engine's `ddl_lock` from its first
change to the end of its transaction, and publishes the new Catalog right after COMMIT.
Rule 4: a cursor has one open result. Before another statement runs, what is left of it is parked.
Rule 5: a cancel or a timeout interrupts what runs, be it DuckDB or a wait on the event loop.
Rule 6: what is kept (split texts, plans, habits, answers; see shared.py and quick.py) follows from
versions and settings, never from time; a plan's key is `Executor.key`.
Rule 7: nothing that reads a table or calls a function runs on the event loop. Only the answer of a
constant is given there: DuckDB has computed it once, on a worker.
"""
