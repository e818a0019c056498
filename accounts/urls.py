from django.urls import path

from accounts.api import SessionView

urlpatterns = [path("session", SessionView.as_view())]
