"""Text from strangers made fit to show and to pass on: no control characters, no encoded words, no folders in names."""

from __future__ import annotations

import binascii
import re
import unicodedata
from base64 import b64decode
from codecs import lookup
from quopri import decodestring

NOT_IN_LINES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
NOT_IN_TEXTS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
ENCODED_WORD = re.compile(r"=\?([\w.:+*-]{1,60})\?([bqBQ])\?([^?\s]{0,4000})\?=", re.ASCII)
BETWEEN_WORDS = re.compile(r"(?<=\?=)[ \t\r\n]+(?==\?[\w.:+*-]{1,60}\?[bqBQ]\?)", re.ASCII)
NOT_IN_FILE_NAMES = re.compile(r"[<>:\"|?*%]")
UNSAFE_CHARSETS = frozenset(
    {"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "charmap"}
)
MEANT_AS = {"ascii": "cp1252", "iso8859-1": "cp1252"}  # as browsers read them; what is valid stays the same


def clean_line(text: str, limit: int) -> str:
    """Return `text` as one line: control characters become spaces, runs of white space one space."""
    return " ".join(NOT_IN_LINES.sub(" ", text[: 4 * limit]).split())[:limit]


def clean_text(text: str) -> str:
    """Return `text` with plain line ends and without control characters; tabs stay."""
    return NOT_IN_TEXTS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def decode_words(text: str) -> str:
    """Decode the encoded words of RFC 2047 that a provider left; what cannot be decoded stays as it is.

    For text that is only shown. Structure (addresses, message ids) is taken apart before this, never after.
    """
    return ENCODED_WORD.sub(_decoded, BETWEEN_WORDS.sub("", text)) if "=?" in text else text


def _decoded(word: re.Match[str]) -> str:
    charset, encoding, content = word[1].partition("*")[0], word[2].lower(), word[3]
    try:
        if encoding == "b":
            raw = b64decode(content + "=" * (-len(content) % 4), validate=True)
        else:
            raw = decodestring(content.encode("ascii", "replace"), header=True)
        return raw.decode(safe_charset(charset), "replace")
    except (binascii.Error, ValueError):
        return word[0]


def safe_charset(name: str, otherwise: str = "utf-8") -> str:
    """Return a charset Python can decode text with and that holds no surprise, `otherwise` for any other name."""
    try:
        codec = lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError):
        return otherwise
    is_text = getattr(codec, "_is_text_encoding", True)  # base64, zlib and their like are codecs too
    if not is_text or codec.name.replace("_", "-") in UNSAFE_CHARSETS:
        return otherwise
    return MEANT_AS.get(codec.name, codec.name)


def file_name(name: str) -> str:
    """Return a file's name without folders, control characters, and the marks that turn `exe.pdf` round."""
    visible = "".join(" " if unicodedata.category(sign) in ("Cc", "Cf", "Cs") else sign for sign in name[-1000:])
    last = visible.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    kept = clean_line(NOT_IN_FILE_NAMES.sub("_", last), 200).strip(". ")
    return kept or "attachment"
