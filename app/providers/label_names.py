"""Names of labels that none may have, at every provider."""

from __future__ import annotations

import unicodedata

from app.errors import ProviderRefused
from app.providers.characters import clean_line
from app.rules.label_names import SYSTEM

LONGEST_NAME = 225


def fitting(name: str, *, system: frozenset[str] = SYSTEM, without: str = "") -> str:
    """Return a name as a new label can bear it; raise ProviderRefused if none can.

    `without` are signs that the provider allows in no name.
    """
    fits = clean_line(unicodedata.normalize("NFC", name), LONGEST_NAME + 1)
    if not fits or len(fits) > LONGEST_NAME or fits.upper() in system or set(without) & set(fits):
        raise ProviderRefused("No label can be called “{name}”. Choose another name.", name=clean_line(name, 50))
    return fits
