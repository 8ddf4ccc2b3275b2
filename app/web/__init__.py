"""The surfaces: they translate between people or programs and the actions, and decide nothing themselves."""
