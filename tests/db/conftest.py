"""Data folders for the embedded database, and other commands that use them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.db import cluster_place, embedded
from app.db.cluster_traces import is_up
from tests.db.others import Command
from tests.memory import roomy_memory


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that every user may pass, unlike pytest's own; as root, clusters of closed folders stand in it too."""
    folder = Path(tempfile.mkdtemp(prefix="dh", dir=roomy_memory()))
    folder.chmod(0o755)
    monkeypatch.setattr(cluster_place, "CLUSTERS", folder / "clusters")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data_dir(ground: Path) -> Path:
    """A data folder that is not there yet."""
    return ground / "data"


@pytest.fixture(scope="session")
def one_data_dir() -> Iterator[Path]:
    """A data folder whose database was made and left; one for all, because making it is the slow part."""
    with tempfile.TemporaryDirectory(prefix="dh", dir=roomy_memory()) as folder:
        Path(folder).chmod(0o755)
        with embedded.running(Path(folder) / "data", durable=False):
            pass
        yield Path(folder) / "data"


@pytest.fixture
def used_dir(one_data_dir: Path) -> Iterator[Path]:
    """The data folder that was used before, and is left as it was found: not in use."""
    assert not is_up(one_data_dir / "postgres/data")
    yield one_data_dir
    assert not is_up(one_data_dir / "postgres/data")


@pytest.fixture
def command(used_dir: Path) -> Iterator[Callable[..., Command]]:
    """Start other commands on a data folder; whatever is left of them at the end is stopped."""
    started: list[Command] = []

    def start(data_dir: Path = used_dir) -> Command:
        started.append(Command(data_dir))
        return started[-1]

    yield start
    for one in started:
        one.end()


@pytest.fixture
def bare_cluster(used_dir: Path, data_dir: Path) -> Path:
    """A data folder that lacks its tables' files: enough to fail at the start in all ways, and quickly made."""
    shutil.copytree(used_dir, data_dir, ignore=shutil.ignore_patterns("0000*", "base", "run"))
    (data_dir / "postgres/data/base").mkdir(mode=0o700)
    for path in (data_dir, *data_dir.rglob("*")):
        owner = (used_dir / path.relative_to(data_dir)).lstat()
        os.chown(path, owner.st_uid, owner.st_gid)
    return data_dir
