"""The URLs of the three views."""

from django.urls import path

from benchmarks.minimal import views

urlpatterns = [
    path("list/", views.listed),
    path("incidents/<str:code>/", views.incident),
    path("constant/", views.constant),
]
