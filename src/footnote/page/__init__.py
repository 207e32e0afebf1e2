"""The Dash page: layout, callbacks, ids."""
