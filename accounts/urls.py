from django.urls import path

from accounts.api import SessionView
from accounts.device_api import DevicesView, RestoreDeviceView, RevokeDeviceView

urlpatterns = [
    path("session", SessionView.as_view()),
    path("devices", DevicesView.as_view()),
    path("devices/<uuid:device_id>/revoke", RevokeDeviceView.as_view()),
    path("devices/<uuid:device_id>/restore", RestoreDeviceView.as_view()),
]
