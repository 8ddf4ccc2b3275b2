"""What a mail is about, as far as a grant or an exception of the owner's asks: an appointment, an invitation.

Judged by subject and the first words, in Spanish, French and English. In doubt it is of no kind: a kind lets an
assistant see more, never less.
"""

from __future__ import annotations

import re
import unicodedata

from app.models.conditions import MailKind

_INVITATION = re.compile(
    r"""
    # Spanish
    \bte\ invit(?:o|amos)\b | \b(?:le|os|les|los|las)\ invit(?:o|amos)\b | \bestas?\ invitad[oa]s?\b
    | \binvitacion\ (?:a|al|para|de)\b | \bquedas?\ invitad[oa]\b
    | \b(?:confirma\w*|confirmar)\ (?:tu\ |su\ |la\ )?asistencia\b | \bs\.?r\.?c\.?\b(?!\w)
    # French
    | \b(?:je|nous)\ (?:t'|vous\ |te\ )invit(?:e|ons)\b | \b(?:tu\ es|vous\ etes|etes-vous)\ invitee?s?\b
    | \binvitation\ (?:a|au|aux|pour)\b | \bconfirm\w*\ (?:ta|votre|sa)\ (?:presence|venue)\b
    # English
    | \byou(?:'re|\ are)\ (?:all\ |both\ |cordially\ )?invited\b | \bi(?:'d|\ would)\ like\ to\ invite\ you\b
    | \b(?:we|i)\ invite\ you\b | \binvitation\ to\b | \bsave\ the\ date\b | \br\.?s\.?v\.?p\b
    """,
    re.VERBOSE,
)
_INVITATION_TITLE = re.compile(r"^(?:(?:re|fwd?|rv|tr)\s?:\s?)*(?:invitation|invitacion)\b")
_APPOINTMENT = re.compile(
    r"""
    # Spanish
    \b(?:cita|citas|turno|hora)\ (?:con|de|del|para|el|medica|confirmad[ao]|agendad[ao]|cancelad[ao])\b
    | \b(?:tu|su|la|una|mi)\ cita\b | \b(?:confirm\w*|agend\w*|reagend\w*|reprogram\w*|cambi\w*|cancel\w*)\ (?:de\ )?
      (?:tu\ |su\ |la\ |una\ )?(?:cita|visita|reunion|hora)\b
    | \breunion\ (?:del?|el|para|con)\b | \b(?:nos\ reunimos|podemos\ (?:reunirnos|vernos|juntarnos))\b
    # French
    | \brendez[- ]vous\b | \brdv\b | \breunion\ (?:de|du|le|avec|pour)\b | \b(?:peut-on|pouvons-nous)\ se\ voir\b
    | \b(?:confirm\w*|report\w*|deplac\w*|annul\w*)\ (?:de\ )?(?:ton\ |votre\ |la\ |notre\ )?(?:visite|reunion)\b
    # English
    | \bappointments?\b | \bmeeting\ (?:on|with|at|request|invitation|confirmed|moved|tomorrow|next)\b
    | \b(?:confirm\w*|reschedul\w*|schedul\w*|cancel\w*|mov\w*)\ (?:of\ )?(?:our\ |your\ |the\ |a\ )?
      (?:meeting|visit|call|viewing)\b
    | \b(?:can|could|shall)\ we\ meet\b
    """,
    re.VERBOSE,
)
_CALENDAR = re.compile(
    r"^(?:(?:re|fwd?|rv|tr)\s?:\s?)*"
    r"(?:(?:updated|canceled|cancelled)\ (?:event|invitation)|accepted|declined|tentative"
    r"|invitacion\ actualizada|evento\ cancelado|aceptad[oa]|rechazad[oa]|cancelad[oa]"
    r"|invitation\ (?:modifiee|mise\ a\ jour)|evenement\ annule|acceptee?|refusee?|annulee?)\s?:"
)
LONGEST = 1_000  # characters of each that are looked at


def kind_of(subject: str, beginning: str) -> MailKind | None:
    """Return what a mail is about, None if that cannot be told; `beginning` is its first words."""
    title, words = _plain(subject), _plain(beginning)
    text = f"{title}\n{words}"
    if _CALENDAR.search(title) or _APPOINTMENT.search(text):
        return MailKind.APPOINTMENT
    if _INVITATION_TITLE.search(title) or _INVITATION.search(text):
        return MailKind.INVITATION
    return None


def _plain(text: str) -> str:
    """Return the beginning of a text in lower case, without accents, one blank where there were several."""
    apart = text[:LONGEST]
    if not apart.isascii():
        apart = unicodedata.normalize("NFKD", apart.replace("\u2019", "'"))
        apart = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(apart.casefold().split())
