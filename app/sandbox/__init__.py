"""A practice Gmail with Google sign-in, spoken over real HTTP, as strict as the real one."""
