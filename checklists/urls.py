from django.urls import path

from checklists.checklist_api import (
    ChecklistsView,
    ChecklistView,
    CheckView,
    DifferenceView,
    DraftView,
    PublishedChecklistsView,
    PublishView,
    RetireView,
    VersionView,
)
from checklists.picture_api import PicturesView, PictureView
from checklists.xlsform_api import ImportView, XlsformView

urlpatterns = [
    path("checklists", ChecklistsView.as_view()),
    path("checklists/check", CheckView.as_view()),
    path("checklists/import", ImportView.as_view()),
    path("checklists/pictures", PicturesView.as_view()),
    path("checklists/pictures/<str:name>", PictureView.as_view()),
    path("checklists/published", PublishedChecklistsView.as_view()),
    path("checklists/<slug:code>", ChecklistView.as_view()),
    path("checklists/<slug:code>/difference", DifferenceView.as_view()),
    path("checklists/<slug:code>/draft", DraftView.as_view()),
    path("checklists/<slug:code>/draft/publish", PublishView.as_view()),
    path("checklists/<slug:code>/retire", RetireView.as_view()),
    path("checklists/<slug:code>/versions/<int:number>", VersionView.as_view()),
    path("checklists/<slug:code>/versions/<int:number>/xlsform", XlsformView.as_view()),
]
