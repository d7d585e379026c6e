"""What exists: names, types, objects, settings, statements as values, and the Catalog snapshot.

Everything here is pure: no database, no event loop, no threads, no sockets. See catalog/README.md.
"""
