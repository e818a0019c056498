from django.urls import path

from news.api import NewsView, ReadView

urlpatterns = [path("news", NewsView.as_view()), path("news/read", ReadView.as_view())]
