"""The plugin service, a process of its own."""
