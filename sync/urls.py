from django.urls import path

from sync.api import ChangesView, ImportView, PushView, ReferenceView
from sync.conflict_api import ConflictsView, ConflictView, DecideView

urlpatterns = [
    path("conflicts", ConflictsView.as_view()),
    path("conflicts/<uuid:operation_id>", ConflictView.as_view()),
    path("conflicts/<uuid:operation_id>/decide", DecideView.as_view()),
    path("sync/push", PushView.as_view()),
    path("sync/import", ImportView.as_view()),
    path("sync/changes", ChangesView.as_view()),
    path("reference", ReferenceView.as_view()),
]
