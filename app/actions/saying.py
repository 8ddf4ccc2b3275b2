"""Audit entries as sentences a person reads, in any language: who wanted what, whether it was allowed, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from app.access.reasons import HELD, REASONS
from app.actions.sayings import SAYINGS, UNKNOWN
from app.locale.catalogues import N_
from app.models.audit import AuditEntry
from app.models.draft import STUCK

Translate = Callable[[str], str]


ENDS: dict[str, str] = {
    "crashed": N_("How it ended was not noted."),
    "no_answer": N_("The mail provider did not answer, so it was looked into afterwards."),
    "provider_busy": N_("The mail provider was busy."),
    "provider_limit": N_("The mail provider let this mailbox send nothing more for now."),
    "message_gone": N_("It was no longer in the mailbox."),
    "mailbox_disconnected": N_("The mailbox was not connected any more."),
    "conflict": N_("Something had changed meanwhile."),
}
LEFT_OPEN = (*STUCK, "returned")  # outcomes after which a person decides, by a reason of HELD


def say(entry: AuditEntry, names: Mapping[UUID, str], translate: Translate) -> str:
    """Return what one entry says; `names` are those of the people and programs who acted."""
    saying = SAYINGS.get(f"{entry.action} {entry.reason}") or SAYINGS.get(entry.action, UNKNOWN)
    ended_well = entry.phase != "begin" and entry.decision == "allow" and entry.outcome in ("", "done", *LEFT_OPEN)
    who = _who(entry, names, translate)
    told = translate(saying.done if ended_well else saying.wanted).format(
        who=who,
        labels=changed_labels(entry),
        action=entry.action,
        since=f"{entry.since:%Y-%m-%d %H:%M} UTC" if entry.since else "…",
    )
    more = [_ending(entry, translate), _beside(entry, translate) if ended_well or entry.times else ""]
    return " ".join([told, *(each for each in more if each)])


def together(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """Leave out the beginnings of what is told by its end: one line for each act."""
    ended = {entry.begins for entry in entries if entry.phase == "end"}
    return [entry for entry in entries if not (entry.phase == "begin" and entry.seq in ended)]


def changed_labels(entry: AuditEntry) -> str:
    """Return what was put on and taken off, as in `+Clients −Later`."""
    before, after = set(entry.labels_before), set(entry.labels_after)
    put_on = [f"+{name}" for name in sorted(after - before)]
    return " ".join(put_on + [f"−{name}" for name in sorted(before - after)])


def _who(entry: AuditEntry, names: Mapping[UUID, str], translate: Translate) -> str:
    who = (names.get(entry.actor_id) if entry.actor_id else None) or translate(_somebody(entry))
    if entry.key_id is None:
        return who
    return translate(N_("{who} (program “{program}”)")).format(who=who, program=names.get(entry.key_id, "…"))


def _somebody(entry: AuditEntry) -> str:
    known = {"owner": N_("The owner"), "assistant": N_("An assistant"), "lead": N_("A team's lead")}
    return known.get(entry.actor_kind, "Deskhand")


def _beside(entry: AuditEntry, translate: Translate) -> str:
    """Return what an entry says of another one."""
    if entry.times:
        return translate(N_("Refused again within the same minute: {times} ×.")).format(times=entry.times)
    return translate(N_("This undid entry {number}.")).format(number=entry.undoes) if entry.undoes else ""


def _ending(entry: AuditEntry, translate: Translate) -> str:
    if entry.decision == "deny":
        why = REASONS.get(entry.reason, "")
        return f"{translate(N_('Refused.'))} {translate(why)}".strip() if why else translate(N_("Refused."))
    if entry.decision == "ask":
        return translate(N_("It waits for the owner's approval."))
    if entry.phase == "begin":
        return translate(N_("It was allowed."))
    if entry.outcome in ("", "done"):
        return ""
    left_open = HELD.get(entry.reason) if entry.outcome in LEFT_OPEN else None
    return translate(left_open or ENDS.get(entry.outcome) or N_("It did not work."))
