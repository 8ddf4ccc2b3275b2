"""The catalogues: each sentence stands in every language, whole, and with the same {names} in it."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from tests.house.result import ROOT, Result

LANGUAGES = ("es", "fr", "en")
SOURCE_LANGUAGE = "en"  # the keys are English sentences, so an empty translation there means: as it stands
PLACEHOLDER = re.compile(r"\{[A-Za-z_]\w*[^{}]*\}|%\([A-Za-z_]\w*\)[sdf]|%[sd]")


def check(root: Path = ROOT) -> Result:
    """Compare the catalogues of app/locale; note it and pass while there are none."""
    folder = root / "app" / "locale"
    if not any(folder.rglob("*.po")):
        return Result(notes=["app/locale is empty, so no catalogue was compared"])
    result = Result()
    catalogues: dict[str, Catalog] = {}
    for language in LANGUAGES:
        files = sorted((folder / language).rglob("*.po"))
        if not files:
            result.failures.append(f"app/locale/{language} has no catalogue")
        for path in files:
            catalogue = _read(path, result)
            if catalogue is not None:
                catalogues[language] = catalogue
                result.failures += _faults(catalogue, language, str(path.relative_to(root)))
    result.failures += _missing(catalogues)
    return result


def _read(path: Path, result: Result) -> Catalog | None:
    try:
        with path.open("rb") as file:
            return read_po(file, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        result.failures.append(f"{path.name} of {path.parent.parent.name} cannot be read: {error}")
        return None


def _faults(catalogue: Catalog, language: str, path: str) -> list[str]:
    found = []
    for message in catalogue:
        if not message.id:
            continue
        where = f"{path}:{message.lineno}: {_shown(message)}"
        texts = _texts(message.string)
        if message.fuzzy:
            found.append(f"{where} is fuzzy: read it and take the mark away")
        if not all(texts) and not (language == SOURCE_LANGUAGE and not any(texts)):
            found.append(f"{where} is not translated")
        found += [f"{where} has other placeholders in its translation" for text in texts if _differs(message, text)]
    return found


def _differs(message: Message, text: str) -> bool:
    """Say whether a translation lacks a placeholder or has a foreign one; a plural may leave its number out."""
    if not text:
        return False
    wanted = [set(PLACEHOLDER.findall(each)) for each in _texts(message.id)]
    return set(PLACEHOLDER.findall(text)) not in wanted


def _missing(catalogues: dict[str, Catalog]) -> list[str]:
    ids = {language: {_key(message) for message in each if message.id} for language, each in catalogues.items()}
    every = set().union(*ids.values()) if ids else set()
    return [
        f"app/locale/{language} lacks {key[1]!r}" for language, known in ids.items() for key in sorted(every - known)
    ]


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", _texts(message.id)[0]


def _texts(value: object) -> tuple[str, ...]:
    """Return the singular and plural forms of a message's id or translation."""
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value or ""),)


def _shown(message: Message) -> str:
    text = _texts(message.id)[0]
    return repr(text if len(text) <= 60 else text[:59] + "…")
