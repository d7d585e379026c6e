"""The SQL door: PostgreSQL's wire protocol in front of the engine's sessions.

    messages, replies, startup   bytes <-> values
    protocol, auth               state machines over them
    values                       rows and parameters, text and binary
                                 (none of the above does any I/O)
    input, output                one socket's two directions, with back-pressure
    simple, extended, rows       what the two query protocols do with a session
    statements, copy             the statements that the door carries out itself
    connection, server           sockets, tasks, drain

The program uses `server.SqlServer` and `config.SqlServerConfig`. Theory of operation: ../README.md.
"""
