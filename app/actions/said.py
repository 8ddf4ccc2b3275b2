"""A notice with the rows it is about, and its words in any language."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.reasons import HELD
from app.locale.catalogues import Language
from app.locale.days import with_hour
from app.models.grant import Invitation
from app.models.mailbox import Mailbox
from app.models.notice import Notice
from app.models.person import Person
from app.notices.kinds import KINDS
from app.notices.letter import name_for_letters

OF_A_LEAD = "/team/{access_id}"  # where whoever has named somebody looks after it


@dataclass(frozen=True, kw_only=True)
class Said:
    """A notice's rows as they are: whose, about which mailbox; `address` and `token` only while they are kept."""

    notice: Notice
    person: Person
    mailbox: Mailbox | None
    still_so: bool
    address: str = ""
    token: str = ""
    offer: Invitation | None = None

    def text(self, sentence: str, language: Language) -> str:
        """Return a sentence of `KINDS` in a language, filled in; moments are in the person's zone."""
        moment = self.offer.expires_at if self.offer else self.notice.created_at
        zone = self.person.zone or (self.mailbox.zone if self.mailbox else "")
        mailbox = self.mailbox.address if self.mailbox else ""
        return (
            language.gettext(sentence)
            .format(
                mailbox=mailbox,
                owner=name_for_letters(self.person.name, self.person.email),
                address=self.address or "…",
                when=with_hour(moment, language, zone),
                why=language.gettext(HELD[self.notice.detail]) if self.notice.detail in HELD else "",
            )
            .rstrip()
        )

    def path(self, pattern: str = "") -> str:
        """Return where the notice's link leads, a path of ours."""
        own = OF_A_LEAD if self.offer and self.offer.lead_id else KINDS[self.notice.kind].path
        return (pattern or own).format(
            mailbox_id=self.notice.about_mailbox_id,
            about_id=self.notice.about_id,
            detail=self.notice.detail,
            token=self.token,
            access_id=self.offer.access_id if self.offer else "",
        )
