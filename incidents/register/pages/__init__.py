"""The public HTML pages: views by kind of record, and their presenters."""
