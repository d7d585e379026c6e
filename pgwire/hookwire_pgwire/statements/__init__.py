"""Statements of SQL that the door carries out itself, because they are about the connection.

    door          which statements these are; everything else goes to the session
    fetching      DECLARE, FETCH, MOVE, CLOSE    portals by name (cursor_syntax, held)
    preparing     PREPARE, EXECUTE               prepared statements by name
    copying       COPY TO STDOUT, FROM STDIN     streams instead of rows
    notifying     LISTEN, UNLISTEN, NOTIFY       between connections

Each is made into a `Command`, which has the shape of the engine's prepared statements: the two
query protocols do not know the difference.
"""
