"""A copy of the public register as plain files, which any web server can serve when this one cannot."""
