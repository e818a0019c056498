from django.urls import path

from sync.api import ChangesView, PushView, ReferenceView

urlpatterns = [
    path("sync/push", PushView.as_view()),
    path("sync/changes", ChangesView.as_view()),
    path("reference", ReferenceView.as_view()),
]
