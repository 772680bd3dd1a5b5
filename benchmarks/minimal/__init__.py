"""A minimal Django project for the same rows: the output of `django-admin startproject`, and three views."""
