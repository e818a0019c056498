"""What was sent and what was not, in the administrator's pages: to look, not to touch."""

from django.contrib import admin

from ledger.admin import ReadOnly
from news.models import Message, PushSubscription


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ["id", "person", "channel", "state", "tries", "error", "next_try_at", "last_tried_at", "sent_at"]
    list_filter = ["channel", "state", "error"]
    list_select_related = ["person"]


@admin.register(PushSubscription)
class PushSubscriptionAdmin(ReadOnly):
    """Without its keys and its address: who has those can send to the phone."""

    list_display = ["id", "person", "user_agent", "created_at", "last_sent_at", "failed_at", "error", "ended_because"]
    list_select_related = ["person"]
    exclude = ["endpoint", "p256dh", "auth"]
