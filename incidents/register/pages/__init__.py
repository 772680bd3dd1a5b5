"""The public HTML pages: views by kind of record, and what they show."""
