"""Where rows live. Knows neither sockets, nor HTTP words, nor wire bytes. See engine/README.md."""
