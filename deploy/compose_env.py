#!/usr/bin/env python3
"""Write the .env of docker-compose.yml for one domain, with fresh random passwords.

    python3 deploy/compose_env.py sightline.example.org > .env

To try it on one machine, use the domain `localhost`: Caddy then makes its own certificate.
"""

from __future__ import annotations

import base64
import secrets
import sys

PASSWORDS = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "S3_SECRET_KEY", "SIGHTLINE_SECRET_KEY")


def compose_env(domain: str) -> str:
    """The file's text; hexadecimal passwords need no escaping in an address."""
    lines = {"SIGHTLINE_DOMAIN": domain, "SIGHTLINE_PHOTO_DOMAIN": f"photos.{domain}"}
    lines |= {name: secrets.token_hex(32) for name in PASSWORDS}
    # Push messages are signed with it; phones that take them know it, so keep it.
    lines["SIGHTLINE_VAPID_PRIVATE_KEY"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return "".join(f"{name}={value}\n" for name, value in lines.items())


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    print(compose_env(sys.argv[1]), end="")
