"""One e-mail to one person: a digest, or escalations at once. Network only: no database."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from news import unsubscribing

_LONGEST_SUBJECT = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One item as an e-mail tells it: its words, and the screen that shows more."""

    words: str
    path: str


def connection() -> BaseEmailBackend:
    """To the council's mail server. Opened by the first message, closed by whoever made it."""
    return EmailBackend(fail_silently=False)


def message_to(*, name: str, address: str, person_id: str, lines: Sequence[Line], number: str) -> EmailMessage:
    """The e-mail. ``number`` names it: a second try has the same, so that mailboxes show it once."""
    link = f"{settings.ADDRESS}{unsubscribing.path_for(person_id)}"
    first = lines[0].words
    subject = first if len(lines) == 1 else f"{len(lines)} things from Sightline"
    if len(subject) > _LONGEST_SUBJECT:
        subject = f"{subject[: _LONGEST_SUBJECT - 1].rstrip()}…"
    told = "\n\n".join(f"{line.words}\n{settings.ADDRESS}{line.path or '/news'}" for line in lines)
    body = (
        f"Dear {name},\n\n{told}\n\n"
        f"What you hear of, and when: {settings.ADDRESS}/me/news\n"
        f"No e-mail any more: {link}\n"
    )
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Message-ID": f"<news-{number}@{host}>",
        },
    )


def send(message: EmailMessage, through: BaseEmailBackend) -> str:
    """Empty when the mail server took it, else a code of news.failures."""
    try:
        through.send_messages([message])
    except smtplib.SMTPAuthenticationError:
        return "email_sign_in"
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        return "email_address_refused" if code >= 500 else "email_refused"
    except (smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected, smtplib.SMTPHeloError):
        return "email_unreachable"
    except (smtplib.SMTPException, ValueError):
        return "email_refused"
    except OSError:
        return "email_unreachable"
    return ""
