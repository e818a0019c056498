from django.urls import path

from news.api import NewsView, ReadView
from news.preference_api import ChannelsView, FailingView, PreferencesView, PushView

urlpatterns = [
    path("news", NewsView.as_view()),
    path("news/read", ReadView.as_view()),
    path("news/preferences", PreferencesView.as_view()),
    path("news/push", PushView.as_view()),
    path("news/channels", ChannelsView.as_view()),
    path("news/failing", FailingView.as_view()),
]
