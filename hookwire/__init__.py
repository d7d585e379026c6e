"""The program: command line, configuration, composition of the parts, signals, drain.

    __main__    which command
    commands/   serve, demo, sql, version
    config      every setting, declared once
    runner      lock, loop, signals, exit codes
    app         engine and doors, put together and taken apart
    logs        structured log lines
    client      SQL over asyncpg; tables, terminal, messages print what it returns
    demo/       events of three providers, and questions put to them

It alone knows all parts; no part knows it. See hookwire/README.md.
"""

from hookwire_catalog.version import VERSION as __version__

__all__ = ["__version__"]
