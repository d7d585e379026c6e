"""The recipes themselves: data, a module for each kind of provider."""
