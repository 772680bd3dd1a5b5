"""A static copy of the public register, which any web server can serve when this one is down."""
