"""The least that Django needs to show the same rows: what `django-admin startproject` gives, and three views."""
