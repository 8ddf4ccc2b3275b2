"""Label and folder names as Gmail and other mail programs write them, in six languages, told in Gmail's own words."""

from __future__ import annotations

import csv
import re

from app.sandbox.gmail.labelbook import MOST_NAME, RESERVED
from app.sandbox.headers import decode_words

# Spanish, French and English first, as Takeout and the folders of Outlook, Thunderbird and Dovecot name them; then
# German, Portuguese, Italian. An empty label is a name that says nothing lasting (opened, archived).
_NAMES = {
    "INBOX": "inbox|maildir|recibidos|bandeja de entrada|boîte de réception|posteingang|caixa de entrada|"
    "posta in arrivo",
    "SENT": "sent|sent mail|sent items|sent messages|enviado|enviados|elementos enviados|envoyé|envoyés|"
    "messages envoyés|éléments envoyés|gesendet|gesendete elemente|gesendete objekte|inviati|inviata|posta inviata",
    "DRAFT": "draft|drafts|borrador|borradores|brouillon|brouillons|entwurf|entwürfe|rascunho|rascunhos|bozza|bozze",
    "SPAM": "spam|junk|junk e-mail|junk email|junk mail|bulk mail|correo no deseado|courrier indésirable|"
    "indésirables|lixo eletrônico|posta indesiderata",
    "TRASH": "trash|bin|deleted items|deleted messages|papelera|elementos eliminados|corbeille|éléments supprimés|"
    "papierkorb|gelöschte elemente|lixeira|cestino|posta eliminata",
    "STARRED": "starred|destacado|destacados|suivi|suivis|messages suivis|markiert|com estrela|speciali",
    "IMPORTANT": "important|importante|importantes|importants|wichtig|importanti",
    "UNREAD": "unread|no leído|no leídos|sin leer|non lu|non lus|ungelesen|não lida|não lidas|não lidos|"
    "da leggere|non letti|non letto",
    "CHAT": "chat|chats",
    "": "opened|abierto|abiertos|ouvert|ouverts|geöffnet|aberto|abertos|aperto|aperti|archived|archive|archivado|"
    "archivados|archivé|archivés|messages archivés|archiviert|arquivado|arquivados|archiviato|archiviati|"
    "all mail|muted|snoozed|scheduled",
}
_CATEGORIES = {
    "CATEGORY_PERSONAL": "personal|personnel|e-mails personnels|persönlich|allgemein|principal|pessoal|personale",
    "CATEGORY_SOCIAL": "social|réseaux sociaux|soziale netzwerke|soziales",
    "CATEGORY_PROMOTIONS": "promotions|promociones|promotion|werbung|promoções|promozioni",
    "CATEGORY_UPDATES": "updates|notificaciones|actualizaciones|notifications|mises à jour|benachrichtigungen|"
    "neuigkeiten|atualizações|aggiornamenti",
    "CATEGORY_FORUMS": "forums|foros|forum|foren|fóruns",
}
_SYSTEM = {name: label for label, names in _NAMES.items() for name in names.split("|")}
_CATEGORY = {name: label for label, names in _CATEGORIES.items() for name in names.split("|")}
_CATEGORY_NAME = re.compile(r"(?:category|categoría|catégorie|kategorie|categoria)\s*:?\s*(.+)", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]+")


def system_label(name: str) -> str | None:
    """Return Gmail's own label for a name in any of the languages, "" for one that says nothing, None for others."""
    plain = " ".join(name.split()).casefold()
    if plain in _SYSTEM:
        return _SYSTEM[plain]
    if category := _CATEGORY_NAME.fullmatch(" ".join(name.split())):
        return _CATEGORY.get(category[1].strip(" \"'«»„“”").casefold(), "")
    return "" if plain.startswith("imap_") else None


def label_named(name: str) -> str:
    """Return the label for a name: Gmail's own, or the owner's made fit for Gmail; empty if none can be made of it."""
    known = system_label(name)
    if known is not None:
        return known
    shown = "".join(letter if letter.isprintable() else " " for letter in name)
    label = "/".join(part.strip() for part in shown.split("/") if part.strip())[:MOST_NAME].strip(" /")
    return "" if label.casefold() in RESERVED or label.casefold().startswith("category_") else label


def labels_in(value: str) -> tuple[str, ...]:
    """Return the labels of an X-Gmail-Labels field: CSV in RFC 2047 words, as Takeout writes it."""
    text = _UNSEEN.sub(" ", decode_words(value))
    try:
        names = next(csv.reader([text], skipinitialspace=True), [])
    except csv.Error:
        names = text.split(",")
    return tuple(dict.fromkeys(label for name in names if (label := label_named(name))))
