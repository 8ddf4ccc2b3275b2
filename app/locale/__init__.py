"""What Deskhand says to people, in each of their languages."""
