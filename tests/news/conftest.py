"""A town with a push service and a mail server that really take what they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.news.receivers import MailServer, PushService, mail_server, push_service


@pytest.fixture
def maker(settings: Any) -> Iterator[PushService]:
    """A phone maker's push service, which the operator has named."""
    with push_service() as service:
        settings.PUSH_HOSTS = [service.host]
        yield service


@pytest.fixture
def post(settings: Any) -> Iterator[MailServer]:
    """The council's mail server."""
    with mail_server() as taken:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", taken.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.DEFAULT_FROM_EMAIL = "Sightline <sightline@testford.example>"
        settings.ADDRESS = "https://sightline.testford.example"
        yield taken
