"""What will not work without a permission that was not given, in words."""

from __future__ import annotations

from collections.abc import Iterable

from app.locale.catalogues import N_

NOT_LASTING = N_("Nothing could be done while you are away: no reply would leave at its hour.")
NOBODY = N_("It could not be told whose mailbox this is.")
LACKS: dict[str, str] = {
    "https://www.googleapis.com/auth/gmail.modify": N_("Nothing could be read, labelled, drafted or sent."),
    "Mail.ReadWrite": N_("Nothing could be read, labelled or moved, and no draft could be written."),
    "Mail.Send": N_("No reply could be sent, neither at once nor at its hour."),
    "offline_access": NOT_LASTING,
}


def lacks(missing: Iterable[str], *, lasting: bool) -> list[str]:
    """Return a sentence (English) for each thing that would not work; `lasting` says whether a refresh token came."""
    named = [LACKS[scope] for scope in LACKS if scope in set(missing)]
    others = [NOBODY] if set(missing) - LACKS.keys() else []
    return list(dict.fromkeys([*named, *([] if lasting else [NOT_LASTING]), *others]))
