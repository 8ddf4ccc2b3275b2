"""`python -m app.cli`: what the launcher runs."""

from app.cli import main

main()
