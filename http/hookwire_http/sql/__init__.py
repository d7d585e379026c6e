"""SQL over HTTP: `POST /api/sql`. See http/README.md."""
