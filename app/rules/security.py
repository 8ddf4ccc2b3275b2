"""Mail that opens accounts: sign-in codes, password resets, warnings of a sign-in. Private unless the owner says not.

Whoever can read it can take over the owner's other accounts. Judged by subject and the first words only, in Spanish,
French and English; in doubt it is private.
"""

from __future__ import annotations

import re
import unicodedata

_CODE = r"(?<!\d)(?:\d[ -]?){4,8}(?!\d)|\b[a-z]-\d{4,8}\b"

_NAMED = re.compile(
    r"""
    # Spanish
    c[oó]digo\ (?:de\ )?(?:verificaci[oó]n|seguridad|acceso|inicio|confirmaci[oó]n|un\ solo\ uso)
    | (?:restablec|recuper|cambi)\w*\ (?:de\ )?(?:su\ |tu\ |la\ )?(?:contrase[nñ]a|clave)
    | (?:contrase[nñ]a|clave)\ (?:temporal|de\ un\ solo\ uso|din[aá]mica)
    | (?:nuevo\ )?inicio\ de\ sesi[oó]n | intento\ de\ acceso | (?:nuevo|dispositivo)\ (?:dispositivo|nuevo)
    | (?:verifi[cq]|confirm|recuper|desbloque)\w*\ (?:de\ )?(?:su\ |tu\ |la\ )?
      (?:cuenta|identidad|(?:correo|e-?mail)(?:\ electr[oó]nico)?\b)
    | alerta\ de\ seguridad | (?:su|tu)\ (?:pin|clave|c[oó]digo)\ es\b
    | verificaci[oó]n\ en\ dos\ pasos | token\ (?:de\ )?(?:seguridad|digital)
    # French
    | code\ (?:de\ )?(?:v[eé]rification|s[eé]curit[eé]|connexion|confirmation|acc[eè]s|[aà]\ usage\ unique)
    | (?:r[eé]initialis|modifi|chang)\w*\ (?:de\ |du\ )?(?:votre\ |ton\ |le\ )?mot\ de\ passe
    | mot\ de\ passe\ (?:temporaire|[aà]\ usage\ unique|oubli[eé])
    | (?:v[eé]rifi|confirm|r[eé]cup[eé]r|d[eé]verrouill)\w*\ (?:de\ )?(?:votre\ |ton\ |ta\ )?
      (?:compte|identit[eé]|(?:adresse\ )?(?:e-?mail|courriel|[eé]lectronique))
    | alerte\ de\ s[eé]curit[eé] | (?:votre|ton)\ code\ est\b
    | nouvelle\ connexion | tentative\ de\ connexion | nouvel\ appareil | double\ authentification
    # English
    | (?:verification|security|sign-?in|log-?in|access|confirmation)\ (?:pass)?code
    | (?:one-?time|authentication|two-factor|2fa)\ (?:pass)?code
    | one-?time\ pass(?:word|code) | \botp\b | passcode
    | (?:reset|change|recover|forgot(?:ten)?)\w*\ (?:your\ |the\ )?password | password\ (?:reset|change|recovery)
    | (?:verify|confirm|recover|unlock)\w*\ (?:your\ |the\ )?(?:account|identity|e-?mail(?:\ address)?)\b
    | account\ (?:verification|recovery) | (?:security|sign-?in|log-?in)\ alert | your\ (?:code|pin)\ is\b
    | (?:signed|logged)\ in\ (?:to\ your\ account\ )?(?:from|on)\ a\ new | used\ to\ sign\ in
    | (?:new|unknown|unrecogni[sz]ed)\ device\ (?:on|was|has|signed|logged|added|linked)\b
    | (?:new|unusual|suspicious)\ (?:sign-?in|log-?in) | sign-?in\ attempt | magic\ link | (?:sign|log)\ in\ link
    | two-(?:step|factor)\ (?:verification|authentication)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"\b(?:c[oó]digos?|codes?|clave|pin|passcode)\b", re.IGNORECASE)
_CODE_NEAR = re.compile(_CODE, re.IGNORECASE)
LONGEST = 1_000  # characters of each that are looked at; the words that matter stand first


def opens_accounts(subject: str, beginning: str) -> bool:
    """Say whether a mail looks like a sign-in code, a reset or an access warning; `beginning` is its first words."""
    title, words = _plain(subject), _plain(beginning)
    text = f"{title}\n{words}"
    if _NAMED.search(text):
        return True
    return bool(_WORD.search(title) and _CODE_NEAR.search(text))


def _plain(text: str) -> str:
    """Return the beginning of a text with one blank where there were several of any kind, accents in one sign."""
    return " ".join(unicodedata.normalize("NFKC", text[:LONGEST]).split())
