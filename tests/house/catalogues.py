"""The catalogues: each sentence stands in every language, whole, and with the same {names} in it.

`python -m tests.house.catalogues` brings them up to date with the sentences of the code and says what lacks a
translation; with `--check` it writes nothing and fails unless all is current and complete.
"""

from __future__ import annotations

import argparse
import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po, write_po

from tests.house import sentences
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
    result.failures += stale(root)
    return result


def stale(root: Path = ROOT) -> list[str]:
    """Return one sentence for each catalogue that has other sentences than the code."""
    found = sentences.collect(root)
    return [
        f"app/locale/{language} is not what the code says: run python -m tests.house.catalogues"
        for language in LANGUAGES
        if len(found)
        and (
            not _file(language, root).exists() or _file(language, root).read_bytes() != _updated(found, language, root)
        )
    ]


def write(root: Path = ROOT) -> None:
    """Bring every catalogue up to date: new sentences come in untranslated, those nobody says any more go."""
    found = sentences.collect(root)
    for language in LANGUAGES:
        path, text = _file(language, root), _updated(found, language, root)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != text:
            path.write_bytes(text)


def _file(language: str, root: Path) -> Path:
    return root / "app" / "locale" / language / "LC_MESSAGES" / "deskhand.po"


def _updated(found: Catalog, language: str, root: Path) -> bytes:
    """Return the text of a catalogue with the sentences of the code and the translations it has."""
    known = Catalog(locale=language)
    if _file(language, root).exists():
        with _file(language, root).open("rb") as file:
            known = read_po(file, locale=language)
    fresh = Catalog(locale=language, fuzzy=False)
    for message in found:
        old = known.get(_texts(message.id)[0]) if message.id else None
        if message.id:
            given = old.string if old and old.id == message.id else ""
            fresh.add(message.id, given, locations=message.locations, flags=old.flags if old else ())
    body = BytesIO()
    # Sorted, and without dates and line numbers, so that two people's changes rarely meet.
    write_po(body, fresh, width=110, sort_output=True, omit_header=True, include_lineno=False, ignore_obsolete=True)
    return _header(fresh, language).encode() + body.getvalue().strip() + b"\n"


def _header(catalogue: Catalog, language: str) -> str:
    plural = get_plural(language)
    fields = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={plural.num_plurals}; plural={plural.plural_expr};",
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items())
    name = catalogue.locale.english_name if catalogue.locale else language
    return (
        f'# Deskhand in {name}; brought up to date by python -m tests.house.catalogues\nmsgid ""\nmsgstr ""\n{lines}\n'
    )


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


def main(arguments: list[str] | None = None) -> int:
    """Update the catalogues, or only check them; print what is wrong and return the exit code."""
    parser = argparse.ArgumentParser(description="Bring the catalogues up to date with the code.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail unless all is current and complete")
    if not parser.parse_args(arguments).check:
        write()
    failures = check().failures
    print("\n".join(failures) or f"{len(sentences.collect())} sentences in {len(LANGUAGES)} languages")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
