"""Another Deskhand command: it uses the database of a data folder until its standard input ends, or it is killed.

python -m tests.db.another_command DATA_DIR [CLUSTERS]
"""

from __future__ import annotations

import sys
from pathlib import Path

from app.db import cluster_place, embedded
from app.errors import DatabaseTrouble


def main() -> int:
    """Say `up` and the owner's address, stay until told to leave, say `left`; or say the sentence of the trouble."""
    if len(sys.argv) > 2:
        cluster_place.CLUSTERS = Path(sys.argv[2])
    try:
        with embedded.running(Path(sys.argv[1])) as cluster:
            print("up", cluster.owner_url, flush=True)
            sys.stdin.read()
        print("left", flush=True)
    except DatabaseTrouble as trouble:
        print("trouble", trouble, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
