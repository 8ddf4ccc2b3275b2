"""Names of labels and folders in the languages of their programs, told in Gmail's own words."""

from __future__ import annotations

from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.gmail.labelbook import SYSTEM, LabelBook
from app.sandbox.mail_files.label_names import label_named, labels_in, system_label


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("INBOX", ["Inbox", "INBOX", "Recibidos", "Boîte de réception", "Posteingang", "Caixa de entrada"]),
        ("SENT", ["Sent", "Sent Items", "Enviados", "Messages envoyés", "Envoyé", "Gesendet", "Posta inviata"]),
        ("DRAFT", ["Drafts", "Draft", "Borradores", "Brouillons", "Entwürfe"]),
        ("SPAM", ["Spam", "Junk", "Correo no deseado", "Courrier indésirable"]),
        ("TRASH", ["Trash", "Papelera", "Corbeille", "Papierkorb", "Deleted Items", "Lixeira"]),
        ("STARRED", ["Starred", "Destacados", "Suivis", "Markiert"]),
        ("IMPORTANT", ["Important", "Importante", "Wichtig"]),
        ("UNREAD", ["Unread", "No leídos", "No leído", "Non lus", "Ungelesen"]),
        ("", ["Opened", "Abierto", "Ouvert", "Geöffnet", "Archived", "Archivado", "Messages archivés", "Archiviert"]),
        ("CATEGORY_PROMOTIONS", ["Category Promotions", "Categoría: Promociones", 'Kategorie: "Werbung"']),
        ("CATEGORY_UPDATES", ["Category Updates", 'Kategorie: "Neuigkeiten"', "Catégorie\u00a0: mises à jour"]),
        ("CATEGORY_PERSONAL", ["Category Personal", "Catégorie\u00a0: E-mails personnels"]),
        ("", ["Category Purchases", "IMAP_$Forwarded", "IMAP_NotJunk"]),
        (None, ["Clientes", "Recibidos 2025", "Categories", "Inboxes", "Año nuevo"]),
    ],
)
def test_names_of_every_language_mean_gmails_own_labels(label: str | None, names: list[str]) -> None:
    assert {name: system_label(name) for name in names} == dict.fromkeys(names, label)
    assert label in (None, "", *SYSTEM)


def test_takeouts_field_is_read_in_plain_and_in_encoded_words() -> None:
    assert labels_in("Inbox,Important,Opened,Category Personal") == ("INBOX", "IMPORTANT", "CATEGORY_PERSONAL")
    encoded = "=?UTF-8?Q?Bo=C3=AEte_de_r=C3=A9ception,Non_lus,Clientes/=C3=91u=C3=B1oa?="
    assert labels_in(encoded) == ("INBOX", "UNREAD", "Clientes/Ñuñoa")
    assert labels_in("Inbox,=?UTF-8?B?w5xiZXIgdW5z?=,Sent") == ("INBOX", "Über uns", "SENT")
    folded = "=?UTF-8?Q?Messages_archiv=C3=A9s,Ouvert,Cat=C3=A9gorie=C2=A0:_E-mails_?= =?UTF-8?Q?personnels,Ruta?="
    assert labels_in(folded) == ("CATEGORY_PERSONAL", "Ruta")


def test_a_label_with_a_comma_is_quoted_as_in_csv() -> None:
    assert labels_in('Inbox,"Culture, associations",Unread') == ("INBOX", "Culture, associations", "UNREAD")
    assert labels_in('"says ""hello"", loudly"') == ('says "hello", loudly',)
    assert labels_in('Kategorie: "Neuigkeiten",Ungelesen') == ("CATEGORY_UPDATES", "UNREAD")


def test_an_unended_quote_or_a_huge_field_breaks_nothing() -> None:
    assert labels_in('Inbox,"never ended') == ("INBOX", "never ended")
    assert len(labels_in(",".join(f"label {n}" for n in range(50_000)))) == 50_000
    assert labels_in('"' + "x" * 200_000) != ()
    assert labels_in("") == ()
    assert labels_in(" , ,,") == ()


def test_the_owners_names_are_made_fit_for_gmail() -> None:
    assert label_named("  Clientes / Hotel Boldo ") == "Clientes/Hotel Boldo"
    assert label_named("/a//b/") == "a/b"
    assert label_named("tab\there") == "tab here"
    assert label_named("x" * 400) == "x" * 225
    assert label_named("category_mine") == ""
    assert label_named("\u200b") == ""
    assert label_named("Scheduled") == ""


@given(names=st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_whatever_the_names_gmail_takes_what_is_made_of_them(names: list[str]) -> None:
    value = Header(",".join(names), "utf-8", maxlinelen=990, errors="replace").encode()
    book = LabelBook()
    for label in labels_in(value.replace("\n", "")):
        if label not in SYSTEM and book.named(label) is None:
            assert book.create(label, {}).name == label
