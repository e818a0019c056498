"""Who works in Aldermere. All invented; everyone's password is the same and good for development only."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "demo-sightline"  # noqa: S105


@dataclass(frozen=True)
class Body:
    """An organisation: the key that routing's library knows it by, if any, and its teams."""

    key: str
    name: str
    short_name: str
    kind: str
    is_council: bool = False
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Someone:
    username: str
    name: str
    role: str
    body: str
    team: str = ""
    does: str = ""


BODIES: tuple[Body, ...] = (
    Body("council", "Aldermere Borough Council", "Council", "council_service", is_council=True),
    Body("ems", "Enterprise Management Services", "EMS", "contractor", teams=("East", "West")),
    Body("housing", "Aldermere Homes", "Housing", "council_service", teams=("Repairs",)),
    Body("highways", "Aldermere Highways", "Highways", "council_service", teams=("Streets",)),
    Body("environmental_health", "Aldermere Environmental Health", "Env. Health", "council_service"),
    Body("police", "Aldermere Police", "Police", "police"),
    Body("association", "Fenmark Housing Association", "Fenmark", "landlord"),
)

PEOPLE: tuple[Someone, ...] = (
    Someone("warden", "Ash Warden", "warden", "council", does="walks the west of the borough"),
    Someone("warden2", "Wren Mallory", "warden", "council", does="walks the east of the borough"),
    Someone("officer", "Ona Pell", "officer", "police", does="leads audits"),
    Someone("ems", "Emlyn Sharp", "crew", "ems", "West", "street-scene crew"),
    Someone("ems2", "Tamsin Oake", "crew", "ems", "East", "street-scene crew"),
    Someone("housing", "Hollis Reed", "crew", "housing", "Repairs", "housing repairs"),
    Someone("highways", "Hamish Rudd", "crew", "highways", "Streets", "roads and lamps"),
    Someone("health", "Hana Voss", "crew", "environmental_health", does="vehicles and private land"),
    Someone("emsdesk", "Edwin Marsh", "dispatcher", "ems", does="sends the crews of EMS out"),
    Someone("emsboss", "Esme Rowan", "manager", "ems", does="answers for the contract"),
    Someone("housingdesk", "Hazel Dunmore", "dispatcher", "housing", does="sends housing's repairs out"),
    Someone("dispatcher", "Dee Calloway", "dispatcher", "council", does="decides whose job it is"),
    Someone("manager", "Morgan Leigh", "manager", "council", does="sees the backlog"),
    Someone("councillor", "Coral Finch", "councillor", "council", does="sees counts"),
    Someone("admin", "Ada Quill", "administrator", "council", does="everything"),
)

CREWS: dict[str, tuple[str, ...]] = {
    body.key: tuple(one.username for one in PEOPLE if one.body == body.key and one.role == "crew") for body in BODIES
}
